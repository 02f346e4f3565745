/** Of Node's sockets and DNS, undici (fetch), axios, mysql2, PostgreSQL and Prisma. */
const CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_SOCKET',
  'ERR_NETWORK',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_SERVER_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  // Class 08 of SQL, below, is about connections, too.
  '57P01',
  '57P02',
  '57P03',
  '53300',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
])

/** Of AbortSignal.timeout, node-redis, ioredis, knex and Sequelize. */
const NAMES: ReadonlySet<string> = new Set([
  'AbortError',
  'TimeoutError',
  'ConnectionTimeoutError',
  'SocketTimeoutError',
  'SocketClosedUnexpectedlyError',
  'ClientClosedError',
  'ClientOfflineError',
  'DisconnectsClientError',
  'MaxRetriesPerRequestError',
  'KnexTimeoutError',
  'SequelizeConnectionError',
  'SequelizeConnectionRefusedError',
  'SequelizeConnectionAcquireTimeoutError',
  'SequelizeConnectionTimedOutError',
  'SequelizeHostNotReachableError',
])

/** Of errors that have neither: pg and its pool, ioredis, the pool of mysql2, and what Redis answers while it fails over. */
const TEXTS =
  /^(?:Connection terminated\b|timeout exceeded when trying to connect|timeout expired$|Client has encountered a connection error|Connection is closed\.$|Socket closed unexpectedly|Queue limit reached\.$|fetch failed$|LOADING |CLUSTERDOWN |MASTERDOWN |READONLY )/

const STATUSES: ReadonlySet<unknown> = new Set([502, 503, 504])

/** How far an error is followed into those it was made of. */
const DEPTH_MAX = 5

/**
 * Whether an error says that a dependency is down, rather than that something is wrong with the message: the errors of
 * sockets, of timeouts, of lost database and Redis connections and of exhausted pools, and the HTTP statuses 502, 503 and
 * 504. Errors are looked for in `cause`, in those of an `AggregateError`, and where TypeORM and Sequelize keep them.
 */
export function isOutage(error: unknown): boolean {
  return isOutageWithin(error, DEPTH_MAX)
}

function isOutageWithin(error: unknown, depth: number): boolean {
  if (typeof error !== 'object' || error === null || depth === 0) return false
  const { code, name, message, cause, errors, original, driverError } = error as Record<string, unknown>
  if (typeof code === 'string' && (CODES.has(code) || /^08[0-9A-Z]{3}$/.test(code))) return true
  if (typeof name === 'string' && NAMES.has(name)) return true
  if (typeof message === 'string' && TEXTS.test(message)) return true
  if (hasStatus(error as Record<string, unknown>)) return true
  const within = Array.isArray(errors)
    ? [...errors, cause, original, driverError]
    : [cause, original, driverError]
  return within.some((each) => isOutageWithin(each, depth - 1))
}

/** Of fetch wrappers, axios and got. */
function hasStatus(error: Record<string, unknown>): boolean {
  const { status, statusCode, response } = error
  if (STATUSES.has(status) || STATUSES.has(statusCode)) return true
  const answer = (response ?? {}) as Record<string, unknown>
  return STATUSES.has(answer.status) || STATUSES.has(answer.statusCode)
}
