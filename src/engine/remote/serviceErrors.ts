/** The error objects of Microsoft's services, in one shape: Kusto's, Log Analytics' and Graph's nest alike. */
import { z } from 'zod';
import type { ServiceError } from './service.ts';

interface Node {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly '@message'?: string | undefined;
  readonly line?: number | undefined;
  readonly pos?: number | undefined;
  readonly token?: string | undefined;
  readonly details?: readonly Node[] | undefined;
  readonly innererror?: Node | undefined;
  readonly innerError?: Node | undefined;
}

const text = z.string().optional().catch(undefined);
const whole = z.number().int().nonnegative().optional().catch(undefined);

const node: z.ZodType<Node> = z.lazy(() =>
  z.looseObject({
    code: z
      .union([z.string(), z.number().transform(String)])
      .optional()
      .catch(undefined),
    message: text,
    '@message': text,
    line: whole,
    pos: whole,
    token: text,
    details: z.array(node).optional().catch(undefined),
    innererror: node.optional().catch(undefined),
    innerError: node.optional().catch(undefined),
  }),
);

const holder = z.looseObject({ error: node });

/** Errors deeper than this are not looked at. */
const maxDepth = 8;

/** Returns the error of a JSON value of the form `{ error: ... }`; undefined where it has none. */
export function serviceErrorOf(value: unknown): ServiceError | undefined {
  const parsed = holder.safeParse(value);
  return parsed.success ? flattened(parsed.data.error) : undefined;
}

/** Returns the errors that the text of a reply tells: of JSON its error, of other text the text. */
export function serviceErrorsIn(body: string): readonly ServiceError[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    const plain = body.trim();
    return plain === '' || plain.startsWith('<') ? [] : [placed({ code: 'remote-error', message: plain })];
  }
  const error = serviceErrorOf(json);
  if (error !== undefined) return [error];
  const plain = z.looseObject({ message: z.string() }).safeParse(json);
  return plain.success ? [placed({ code: 'remote-error', message: plain.data.message })] : [];
}

/** The innermost error says what is wrong; those around it, that something is. */
function flattened(error: Node): ServiceError {
  let code = error.code ?? 'remote-error';
  let message = messageOf(error) ?? 'The service gave no reason.';
  let place: ServiceError['place'];
  let at: Node | undefined = error;
  for (let depth = 0; at !== undefined && depth < maxDepth; depth++) {
    const own: string | undefined = messageOf(at);
    if (own !== undefined) {
      message = own;
      code = at.code ?? code;
    }
    if (at.line !== undefined && at.pos !== undefined) {
      place = { line: at.line, position: at.pos, ...(at.token !== undefined && { token: at.token }) };
    }
    at = at.innererror ?? at.innerError ?? at.details?.[0];
  }
  return placed({ code: codeIn(message) ?? code, message, ...(place !== undefined && { place }) });
}

/** Kusto's `message` is a general sentence where `@message` is the reason. */
function messageOf(error: Node): string | undefined {
  const message = error['@message'] ?? error.message;
  return message === undefined || message.trim() === '' ? undefined : message;
}

/** Kusto's own code, which its messages carry: `Semantic error: SEM0100: ...`. */
function codeIn(message: string): string | undefined {
  return /\b(?:SEM|SYN)\d{4}\b/.exec(message)?.[0];
}

/** The place from the message, where it is told there only. */
function placed(error: ServiceError): ServiceError {
  if (error.place !== undefined) return error;
  const match = /(?:\bline \[|line:position=)(\d+)[,:](\d+)/.exec(error.message);
  if (match === null) return error;
  return { ...error, place: { line: Number(match[1]), position: Number(match[2]) } };
}
