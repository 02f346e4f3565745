/**
 * What errors of databases mean. Each driver has a form of its own, and libraries above them wrap it, so an error is known
 * by any code, number or text in it or its causes.
 */
interface Signs {
  readonly codes: ReadonlySet<unknown>
  readonly text: RegExp
}

/** MySQL's numbers, PostgreSQL's SQLSTATE, SQLite's names and extended numbers, Prisma's codes. */
const DUPLICATE_KEY: Signs = {
  codes: new Set([
    1062,
    '23505',
    'SQLITE_CONSTRAINT_PRIMARYKEY',
    'SQLITE_CONSTRAINT_UNIQUE',
    1555,
    2067,
    'P2002',
  ]),
  text: /UNIQUE constraint failed/,
}

/** Deadlocks, serialization failures, locks not had in time, and SQLite's busy. */
const CONFLICT: Signs = {
  codes: new Set([
    1213,
    1205,
    1020,
    3572,
    '40001',
    '40P01',
    '55P03',
    'SQLITE_BUSY',
    'SQLITE_BUSY_SNAPSHOT',
    5,
    517,
    'P2034',
  ]),
  text: /database is locked/,
}

const CONNECTION_LOST: Signs = {
  codes: new Set([
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'],
    ...['PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT', 1053, 1077, 1927, 2006, 2013],
    ...['57P01', '57P02', '57P03', '08000', '08001', '08003', '08004', '08006', 'P1001', 'P1002', 'P1017'],
  ]),
  text: /Connection terminated|Can't add new command when connection is in closed state|connection error/,
}

/** SQLite has no number of its own for it. */
const TABLE_MISSING: Signs = { codes: new Set([1146, '42P01', 'P2021']), text: /no such table/ }

/** Whether a row with this key is there already. */
export function isDuplicateKey(error: unknown): boolean {
  return shows(error, DUPLICATE_KEY)
}

/**
 * Whether the database gave the transaction up for another one: a deadlock, a serialization failure, a lock not had in
 * time. The same transaction can be tried again at once.
 */
export function isConflict(error: unknown): boolean {
  return shows(error, CONFLICT)
}

/** Whether the database cannot be reached or went away, so that nobody knows whether the last statement was carried out. */
export function isConnectionLost(error: unknown): boolean {
  return shows(error, CONNECTION_LOST)
}

/** Whether a statement names a table that is not there. */
export function isTableMissing(error: unknown): boolean {
  return shows(error, TABLE_MISSING)
}

const DEPTH_MAX = 8

function shows(error: unknown, signs: Signs, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > DEPTH_MAX) return false
  const { code, errno, errcode, message, originalCode, originalMessage } = error as WrappedError
  if ([code, errno, errcode].some((sign) => signs.codes.has(sign))) return true
  // Prisma gives MySQL's numbers as text.
  if (originalCode !== undefined && (signs.codes.has(originalCode) || signs.codes.has(Number(originalCode))))
    return true
  if ([message, originalMessage].some((text) => typeof text === 'string' && signs.text.test(text)))
    return true
  return causesOf(error as WrappedError).some((cause) => shows(cause, signs, depth + 1))
}

interface WrappedError {
  readonly code?: unknown
  readonly errno?: unknown
  /** `node:sqlite` */
  readonly errcode?: unknown
  readonly message?: unknown
  readonly cause?: unknown
  /** TypeORM */
  readonly driverError?: unknown
  /** Prisma */
  readonly meta?: { readonly driverAdapterError?: unknown } | undefined
  readonly originalCode?: unknown
  readonly originalMessage?: unknown
  /** Node, when it tried several addresses. */
  readonly errors?: unknown
}

function causesOf({ cause, driverError, meta, errors }: WrappedError): unknown[] {
  return [cause, driverError, meta?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])]
}
