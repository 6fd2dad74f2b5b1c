/**
 * Threads that Node reads files with. Each query of a server blocks one while DuckDB works, and files must still be read.
 * Contract: imported first, since Node reads the variable when a module first needs a thread; on Windows it has read it
 * before.
 */
if (process.platform !== 'win32') process.env['UV_THREADPOOL_SIZE'] ??= '16';
