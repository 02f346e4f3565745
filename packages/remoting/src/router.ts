import { isRocketeerError, type Logger, messageOf, Refusal, silentLogger } from '@rocketeer/foundation'
import {
  type Command,
  type FieldTable,
  type FieldValues,
  type Frame,
  isOneway,
  ResponseCode,
  requestCodeName,
  type Serialization,
} from '@rocketeer/protocol'
import type { Connection } from './connection.js'
import type { Reply, Request } from './request.js'
import type { Route } from './route.js'

/** What the router needs of the connection a request came from. */
export interface RequestSource extends Connection {
  respond(request: Answerable, reply: Reply, command: Command | undefined): void
  /** Counts a request whose handler answers later as open, until `release`. */
  keepOpen(bodyBytes: number): void
  release(bodyBytes: number): void
}

/** The facts of a request that its answer must match. */
export interface Answerable {
  readonly opaque: number
  readonly serialization: Serialization
}

/** Everything the router needs to answer a request, without its body and header fields. */
interface Exchange extends Answerable {
  readonly route: Route
  readonly source: RequestSource
  readonly oneway: boolean
  /** From `performance.now()`; 0 without an observer. */
  readonly startedAt: number
}

/** What an observer learns about each answered request, for metrics. */
export interface RequestObserved {
  readonly command: string
  readonly responseCode: number
  readonly durationMs: number
  readonly connection: Connection
}

export interface RouterOptions {
  readonly logger?: Logger | undefined
  /** Called for each request when it is answered. */
  readonly observe?: ((observed: RequestObserved) => void) | undefined
  /** By request code: why it has no handler, in words for the remark of the answer. */
  readonly reasons?: ReadonlyMap<number, string> | undefined
}

const NO_BODY = Buffer.alloc(0)

class ReceivedRequest implements Request, Exchange {
  readonly code: number
  readonly opaque: number
  readonly oneway: boolean
  readonly language: number
  readonly version: number
  readonly serialization: Serialization
  readonly fields: FieldValues<FieldTable>
  readonly body: Buffer
  readonly route: Route
  readonly source: RequestSource
  readonly startedAt: number

  constructor(frame: Frame, route: Route, source: RequestSource, startedAt: number) {
    this.code = frame.code
    this.opaque = frame.opaque
    this.oneway = isOneway(frame)
    this.language = frame.language
    this.version = frame.version
    this.serialization = frame.serialization
    this.fields = route.command.request.decode(frame.fields)
    // Even an empty view would keep the whole receive buffer alive for as long as the request waits.
    this.body = frame.body.length === 0 ? NO_BODY : frame.body
    this.route = route
    this.source = source
    this.startedAt = startedAt
  }

  get connection(): Connection {
    return this.source
  }
}

/**
 * Gives each request to the handler of its code and sends the handler's answer. An unknown code is answered with
 * REQUEST_CODE_NOT_SUPPORTED and the code's name. When a handler throws a refusal, or another typed error with a
 * response code, the answer has that code and the error's text; any other error is answered with SYSTEM_ERROR and
 * logged. One-way requests are never answered.
 */
export class Router {
  readonly #reasons: ReadonlyMap<number, string>
  readonly #routes = new Map<number, Route>()
  readonly #logger: Logger
  readonly #observe: ((observed: RequestObserved) => void) | undefined
  /** Codes already reported as unknown, so that a client asking in a loop does not fill the log. */
  readonly #reported = new Set<number>()

  constructor(routes: readonly Route[], options: RouterOptions = {}) {
    for (const route of routes) this.#routes.set(route.command.code, route)
    this.#logger = options.logger ?? silentLogger
    this.#observe = options.observe
    this.#reasons = options.reasons ?? new Map()
  }

  /** The codes that have a handler. */
  get codes(): readonly number[] {
    return [...this.#routes.keys()]
  }

  handle(frame: Frame, source: RequestSource): void {
    const route = this.#routes.get(frame.code)
    if (route === undefined) this.#refuse(frame, source)
    else this.#handle(route, frame, source)
  }

  #handle(route: Route, frame: Frame, source: RequestSource): void {
    const startedAt = this.#observe === undefined ? 0 : performance.now()
    let request: ReceivedRequest | undefined
    let result: unknown
    try {
      request = new ReceivedRequest(frame, route, source, startedAt)
      result = route.handler(request)
    } catch (error) {
      const exchange = request ?? exchangeOf(frame, route, source, startedAt)
      this.#answer(exchange, this.#replyToError(error, exchange))
      return
    }
    if (result instanceof Promise) this.#answerLater(request, result)
    else this.#answer(request, this.#replyToResult(result, request))
  }

  /** Kept apart from `#handle` so that its closures keep neither the frame nor the body alive. */
  #answerLater(request: ReceivedRequest, result: Promise<unknown>): void {
    const { opaque, serialization, oneway, route, source, startedAt } = request
    const exchange: Exchange = { opaque, serialization, oneway, route, source, startedAt }
    const bodyBytes = request.body.length
    source.keepOpen(bodyBytes)
    result.then(
      (value) => {
        this.#answer(exchange, this.#replyToResult(value, exchange))
        source.release(bodyBytes)
      },
      (error) => {
        this.#answer(exchange, this.#replyToError(error, exchange))
        source.release(bodyBytes)
      },
    )
  }

  #answer(exchange: Exchange, reply: Reply): void {
    const { route, source } = exchange
    if (!exchange.oneway && !source.closed) this.#send(exchange, reply)
    this.#observe?.({
      command: route.command.name,
      responseCode: reply.code ?? ResponseCode.SUCCESS,
      durationMs: performance.now() - exchange.startedAt,
      connection: source,
    })
  }

  #send(exchange: Exchange, reply: Reply): void {
    const { route, source } = exchange
    try {
      source.respond(exchange, reply, route.command)
    } catch (error) {
      source.respond(exchange, this.#replyToError(error, exchange), undefined)
    }
  }

  #replyToResult(result: unknown, exchange: Exchange): Reply {
    const { toReply } = exchange.route
    if (toReply === undefined) return result as Reply
    try {
      return toReply(result)
    } catch (error) {
      return this.#replyToError(error, exchange)
    }
  }

  #replyToError(error: unknown, { route, source }: Exchange): Reply {
    if (error instanceof Refusal) return replyToRefusal(error)
    if (isRocketeerError(error) && error.responseCode !== undefined) {
      return { code: error.responseCode, remark: error.message }
    }
    const command = route.command.name
    this.#logger.error({ err: error, command, remote: source.remoteAddress }, 'a request handler failed')
    return { code: ResponseCode.SYSTEM_ERROR, remark: `${command} failed: ${messageOf(error)}` }
  }

  #refuse(frame: Frame, source: RequestSource): void {
    const name = requestCodeName(frame.code)
    if (this.#reported.size < 1_000 && !this.#reported.has(frame.code)) {
      this.#reported.add(frame.code)
      this.#logger.warn(
        { code: frame.code, remote: source.remoteAddress },
        `request code not supported: ${name}`,
      )
    }
    if (isOneway(frame)) return
    const reason = this.#reasons.get(frame.code)
    const remark = `request code not supported: ${name} (${frame.code})${reason ? `: ${reason}` : ''}`
    source.respond(frame, { code: ResponseCode.REQUEST_CODE_NOT_SUPPORTED, remark }, undefined)
  }
}

/** For a request whose header could not be decoded. */
function exchangeOf(frame: Frame, route: Route, source: RequestSource, startedAt: number): Exchange {
  const { opaque, serialization } = frame
  return { opaque, serialization, oneway: isOneway(frame), route, source, startedAt }
}

function replyToRefusal({ responseCode, message, fields }: Refusal): Reply {
  return { code: responseCode, remark: message, fields: fields as Reply['fields'] }
}
