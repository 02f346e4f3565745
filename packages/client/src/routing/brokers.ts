import { atCaller, isRocketeerError } from '@rocketeer/foundation'
import { type Command, type FieldTable, type FieldValues, ResponseCode } from '@rocketeer/protocol'
import type { CallOptions, RemotingClient, Response } from '@rocketeer/remoting'
import { answerError } from '../answers.js'
import { clientErrors } from '../errors.js'
import { failureReasonOf } from './failure-reason.js'
import type { RouteCache } from './route-cache.js'

interface BrokerCallOptions extends Pick<CallOptions, 'timeoutMs' | 'mayWait' | 'signal'> {
  body?: Buffer | undefined
  /** Answers besides SUCCESS that are not an error here. */
  accept?: readonly number[]
  /** The broker to ask, 0 by default: the master. */
  brokerId?: number
  /** True: any broker of that name will do when there is none with `brokerId`. */
  orAny?: boolean
}

/** A broker that is asked at this address, and the name that errors call it by. */
interface NamedAddress {
  brokerName: string
  address: string
}

interface BrokersNeeds {
  remoting: RemotingClient
  routes: RouteCache
  /** Named in errors. */
  nameservers: readonly string[]
  /** The timeout of requests that have none of their own. */
  timeoutMs: number
}

/** Commands that change nothing, so that they may be repeated; pulls have a pace of their own. */
const ONLY_READS = /^(?:GET|QUERY|VIEW|SEARCH)_/

/** The connection may have been broken for long: only a request shows it, and the next one makes a new connection. */
async function twiceWhenBroken<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (!isRocketeerError(error, 'CONNECTION_CLOSED')) throw error
    return ask()
  }
}

/** Requests to brokers by name, with errors that say which broker, where, and what to do. */
export class Brokers {
  readonly #remoting: RemotingClient
  readonly #routes: RouteCache
  readonly #nameservers: readonly string[]
  readonly #timeoutMs: number

  constructor({ remoting, routes, nameservers, timeoutMs }: BrokersNeeds) {
    this.#remoting = remoting
    this.#routes = routes
    this.#nameservers = nameservers
    this.#timeoutMs = timeoutMs
  }

  /** Throws `BROKER_UNKNOWN`, `BROKER_UNREACHABLE`, `BROKER_BUSY`, `BROKER_REFUSED` and the errors of remoting. */
  async call<Q extends FieldTable, R extends FieldTable>(
    brokerName: string,
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    options: BrokerCallOptions = {},
  ): Promise<Response<R>> {
    const address = this.addressOf(brokerName, options)
    return this.callAddress({ brokerName, address }, command, fields, options)
  }

  /** To one broker of several that share a name. Throws as `call`, except `BROKER_UNKNOWN`. */
  async callAddress<Q extends FieldTable, R extends FieldTable>(
    broker: NamedAddress,
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    options: BrokerCallOptions = {},
  ): Promise<Response<R>> {
    const { body, timeoutMs = this.#timeoutMs, mayWait, signal } = options
    const ask = () =>
      this.#remoting.request(broker.address, command, fields, body, { timeoutMs, mayWait, signal })
    let response: Response<R>
    try {
      response = await (ONLY_READS.test(command.name) ? twiceWhenBroken(ask) : ask())
    } catch (error) {
      throw atCaller(this.#explain(error, broker))
    }
    if (response.code === ResponseCode.SUCCESS || options.accept?.includes(response.code)) return response
    throw answerError({ command: command.name, ...broker, answer: response.code, remark: response.remark })
  }

  /** Resolves when the request is on its way; `timeoutMs` is for connecting. Throws `BROKER_UNKNOWN`, `BROKER_UNREACHABLE` and the errors of remoting. */
  async oneway<Q extends FieldTable, R extends FieldTable>(
    brokerName: string,
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    {
      body,
      timeoutMs = this.#timeoutMs,
      signal,
    }: Pick<BrokerCallOptions, 'body' | 'timeoutMs' | 'signal'> = {},
  ): Promise<void> {
    const address = this.addressOf(brokerName, {})
    try {
      await this.#remoting.oneway(address, command, fields, body, { timeoutMs, signal })
    } catch (error) {
      throw this.#explain(error, { brokerName, address })
    }
  }

  /** Throws `BROKER_UNKNOWN`. */
  addressOf(brokerName: string, options: BrokerCallOptions): string {
    const address = this.#routes.addressOf(brokerName, options.brokerId, options.orAny)
    if (address === undefined)
      throw clientErrors.BROKER_UNKNOWN({ brokerName, nameservers: this.#nameservers })
    return address
  }

  #explain(error: unknown, { brokerName, address }: NamedAddress): unknown {
    if (!isRocketeerError(error, 'CONNECT_FAILED')) return error
    const reason = failureReasonOf(error)
    return clientErrors.BROKER_UNREACHABLE(
      { brokerName, address, nameservers: [...this.#nameservers], reason },
      error,
    )
  }
}
