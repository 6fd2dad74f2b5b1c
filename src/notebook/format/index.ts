/** The notebook file format: bytes ↔ text ↔ cells. */
export { decodeDocument, encodeDocument, type DecodedDocument, type TextEncodingOfFile } from './encoding.ts';
export { frontMatterLanguage, parseDocument } from './parseDocument.ts';
export { serializeDocument } from './serializeDocument.ts';
export { emptyFrontMatter } from './frontMatter.ts';
export { runnableLanguageOf } from './fence.ts';
