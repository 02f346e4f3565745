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
  /** A handler answers later; until `release` its request counts as open. */
  keepOpen(bodyBytes: number): void
  release(bodyBytes: number): void
}

/** What is left of a request when it is answered. */
export interface Answerable {
  readonly opaque: number
  readonly serialization: Serialization
}

/** Facts about an answered request, for metrics. */
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
  /** Why a code has no handler, for people who read the answer. */
  readonly reasons?: ReadonlyMap<number, string> | undefined
}

const NO_BODY = Buffer.alloc(0)

class ReceivedRequest implements Request, Answerable {
  readonly code: number
  readonly opaque: number
  readonly oneway: boolean
  readonly language: number
  readonly version: number
  readonly serialization: Serialization
  readonly fields: FieldValues<FieldTable>
  readonly body: Buffer
  readonly connection: Connection

  constructor(frame: Frame, fields: FieldValues<FieldTable>, connection: Connection) {
    this.code = frame.code
    this.opaque = frame.opaque
    this.oneway = isOneway(frame)
    this.language = frame.language
    this.version = frame.version
    this.serialization = frame.serialization
    this.fields = fields
    // Even an empty view would keep the whole receive buffer alive for as long as the request waits.
    this.body = frame.body.length === 0 ? NO_BODY : frame.body
    this.connection = connection
  }
}

/**
 * Gives each request to the handler of its code and sends what the handler answers. An unknown code is answered with
 * REQUEST_CODE_NOT_SUPPORTED and its name; a refusal, or another typed error that names a response code, with that code
 * and its text; anything else that is thrown with SYSTEM_ERROR, and logged. One-way requests are never answered.
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
    let request: ReceivedRequest
    let result: unknown
    try {
      const fields = route.command.request.decode(frame.fields)
      request = new ReceivedRequest(frame, fields, source)
      result = route.handler(request)
    } catch (error) {
      this.#answer(route, frame, isOneway(frame), source, this.#replyTo(error, route, source), startedAt)
      return
    }
    if (result instanceof Promise) this.#answerLater(route, request, source, result, startedAt)
    else this.#answer(route, request, request.oneway, source, this.#replyOf(result, route, source), startedAt)
  }

  /** Kept apart from `#handle` so that its closures hold the request only, never the frame. */
  #answerLater(
    route: Route,
    request: ReceivedRequest,
    source: RequestSource,
    result: Promise<unknown>,
    startedAt: number,
  ): void {
    const { opaque, serialization, oneway } = request
    const bodyBytes = request.body.length
    const answerable = { opaque, serialization }
    source.keepOpen(bodyBytes)
    result.then(
      (value) => {
        this.#answer(route, answerable, oneway, source, this.#replyOf(value, route, source), startedAt)
        source.release(bodyBytes)
      },
      (error) => {
        this.#answer(route, answerable, oneway, source, this.#replyTo(error, route, source), startedAt)
        source.release(bodyBytes)
      },
    )
  }

  #answer(
    route: Route,
    request: Answerable,
    oneway: boolean,
    source: RequestSource,
    reply: Reply,
    startedAt: number,
  ): void {
    if (!oneway && !source.closed) this.#send(route, request, source, reply)
    this.#observe?.({
      command: route.command.name,
      responseCode: reply.code ?? ResponseCode.SUCCESS,
      durationMs: performance.now() - startedAt,
      connection: source,
    })
  }

  #send(route: Route, request: Answerable, source: RequestSource, reply: Reply): void {
    try {
      source.respond(request, reply, route.command)
    } catch (error) {
      source.respond(request, this.#replyTo(error, route, source), undefined)
    }
  }

  #replyOf(result: unknown, route: Route, source: RequestSource): Reply {
    if (route.toReply === undefined) return result as Reply
    try {
      return route.toReply(result)
    } catch (error) {
      return this.#replyTo(error, route, source)
    }
  }

  #replyTo(error: unknown, route: Route, source: RequestSource): Reply {
    if (error instanceof Refusal) return replyOf(error)
    if (isRocketeerError(error) && error.responseCode !== undefined) {
      return { code: error.responseCode, remark: error.message }
    }
    this.#logger.error(
      { err: error, command: route.command.name, remote: source.remoteAddress },
      'a handler failed',
    )
    return { code: ResponseCode.SYSTEM_ERROR, remark: `${route.command.name} failed: ${messageOf(error)}` }
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

function replyOf({ responseCode, message, fields }: Refusal): Reply {
  return { code: responseCode, remark: message, fields: fields as Reply['fields'] }
}
