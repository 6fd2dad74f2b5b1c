/** What goes wrong, as Kusto's services tell it: an HTTP status and a OneApiErrors document. */
import type { KqlError } from '../kql/errors.ts';
import type { JsonValue } from '../kql/types.ts';
import { kustoTime, type Activity } from './activity.ts';

interface Kind {
  readonly status: number;
  readonly code: string;
  /** Class of Kusto's .NET client that stands for it. */
  readonly type: string;
  readonly title: string;
  /** The same request will fail again. */
  readonly isPermanent: boolean;
}

const invalid = 'Request is invalid and cannot be executed.';

/** Status codes: Microsoft Learn, "Query/management HTTP response". */
const kinds = {
  badRequest: kind(400, 'General_BadRequest', 'KustoBadRequestException', invalid),
  unknownEntity: kind(400, 'BadRequest_EntityNotFound', 'EntityNotFoundException', invalid),
  failed: kind(
    400,
    'General_ExecutionFailure',
    'KustoServicePartialQueryFailureException',
    'The query failed.',
  ),
  limitsExceeded: {
    ...kind(400, 'LimitsExceeded', 'KustoServicePartialQueryFailureLimitsExceededException', invalid),
    isPermanent: false,
  },
  cancelled: kind(400, 'Request_Cancelled', 'KustoRequestCanceledException', 'The request was cancelled.'),
  unauthorized: kind(401, 'Unauthorized', 'KustoRequestDeniedException', 'The request has no valid token.'),
  forbidden: kind(403, 'Forbidden', 'KustoRequestDeniedException', 'The request is refused.'),
  notFound: kind(404, 'General_NotFound', 'KustoBadRequestException', 'There is nothing at this address.'),
  methodNotAllowed: kind(405, 'MethodNotAllowed', 'KustoBadRequestException', 'The method is not allowed.'),
  tooLarge: kind(413, 'PayloadTooLarge', 'KustoBadRequestException', 'The request is too large.'),
  mediaType: kind(
    415,
    'UnsupportedMediaType',
    'KustoBadRequestException',
    'The body is of a kind not read here.',
  ),
  throttled: {
    ...kind(429, 'TooManyRequests', 'KustoRequestThrottledException', 'The server is busy.'),
    isPermanent: false,
  },
  internal: {
    ...kind(500, 'Internal service error', 'KustoServiceErrorException', 'The server failed.'),
    isPermanent: false,
  },
  timeout: {
    ...kind(504, 'Timeout', 'KustoServiceTimeoutException', 'The request took too long.'),
    isPermanent: false,
  },
} satisfies Readonly<Record<string, Kind>>;

export type ServiceErrorKind = keyof typeof kinds;

function kind(status: number, code: string, type: string, title: string): Kind {
  return { status, code, type: `Kusto.Data.Exceptions.${type}`, title, isPermanent: true };
}

/** A refusal or failure that the client is told. */
export class ServiceError extends Error {
  readonly kind: ServiceErrorKind;
  readonly inner: InnerError | undefined;

  constructor(errorKind: ServiceErrorKind, message: string, inner?: InnerError) {
    super(message);
    this.name = 'ServiceError';
    this.kind = errorKind;
    this.inner = inner;
  }

  get status(): number {
    return kinds[this.kind].status;
  }
}

/** What the query's text is blamed for. */
export interface InnerError {
  readonly code: string;
  readonly type: string;
  readonly message: string;
  /** 1-based place in the text. */
  readonly line: number;
  readonly position: number;
  readonly token: string;
}

const innerTypes = {
  syntax: 'SyntaxException',
  semantic: 'SemanticException',
  unsupported: 'SemanticException',
  runtime: 'KustoServicePartialQueryFailureException',
} as const;

const innerTitles = {
  syntax: 'Syntax error',
  semantic: 'Semantic error',
  unsupported: 'Semantic error',
  runtime: 'Query execution failed',
} as const;

/** Returns the error that tells of the first of the query's errors, and of the place of each. */
export function queryServiceError(errors: readonly KqlError[], text: string): ServiceError {
  const [first, ...others] = [...errors].sort((a, b) => a.start - b.start);
  if (first === undefined) return new ServiceError('failed', 'The query failed without saying why.');
  const place = (error: KqlError) => {
    const { line, position } = placeIn(text, error.start);
    return `${error.message} [line:position=${line}:${position}]`;
  };
  const title = innerTitles[first.kind];
  const more = others.length === 0 ? '' : `\nFurther errors: ${others.map(place).join('\n')}`;
  const message = `${title}: ${first.code}: ${place(first)}${more}`;
  const isRequest = first.kind !== 'runtime';
  return new ServiceError(
    isRequest ? 'badRequest' : 'failed',
    isRequest ? `Request is invalid and cannot be processed: ${message}` : message,
    {
      code: first.code,
      type: `Kusto.Data.Exceptions.${innerTypes[first.kind]}`,
      message,
      ...placeIn(text, first.start),
      token: text.slice(first.start, first.start + Math.min(first.length, 200)),
    },
  );
}

function placeIn(text: string, offset: number): { readonly line: number; readonly position: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, position: (before.at(-1) ?? '').length + 1 };
}

/** Returns the `{"error":{...}}` document of one error. */
export function oneApiError({ kind: name, message, inner }: ServiceError, activity: Activity): JsonValue {
  const { code, type, title, isPermanent } = kinds[name];
  const context = {
    timestamp: kustoTime(new Date()),
    serviceAlias: 'hunt',
    clientRequestId: activity.clientRequestId,
    activityId: activity.activityId,
  };
  return {
    error: {
      code,
      message: title,
      '@type': type,
      '@message': message,
      '@context': context,
      '@permanent': isPermanent,
      ...(inner && { innererror: innerDocument(inner, context) }),
    },
  };
}

function innerDocument(inner: InnerError, context: JsonValue): JsonValue {
  return {
    code: inner.code,
    message: inner.message,
    '@type': inner.type,
    '@message': inner.message,
    '@context': context,
    '@permanent': true,
    '@errorCode': inner.code,
    '@errorMessage': inner.message,
    '@line': inner.line,
    '@pos': inner.position,
    '@token': inner.token,
  };
}
