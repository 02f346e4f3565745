import { isRocketeerError } from '@rocketeer/foundation'
import { type Command, type FieldTable, type FieldValues, ResponseCode } from '@rocketeer/protocol'
import type { CallOptions, RemotingClient, Response } from '@rocketeer/remoting'
import { clientErrors, refusal } from '../errors.js'
import { reasonOf } from './nameservers.js'
import type { RouteCache } from './route-cache.js'

export interface BrokerCallOptions extends CallOptions {
  /** Answers besides SUCCESS that are not an error here. */
  accept?: readonly number[]
  /** Another than the master, 0. */
  brokerId?: number
  /** Any broker of that name will do when the one with `brokerId` is not there. */
  orAny?: boolean
}

interface BrokersNeeds {
  remoting: RemotingClient
  routes: RouteCache
  /** Named in errors. */
  nameservers: readonly string[]
  /** Of requests that have no timeout of their own. */
  timeoutMs: number
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
    body?: Buffer,
    options: BrokerCallOptions = {},
  ): Promise<Response<R>> {
    const address = this.addressOf(brokerName, options)
    return this.callAddress(brokerName, address, command, fields, body, options)
  }

  async callAddress<Q extends FieldTable, R extends FieldTable>(
    brokerName: string,
    address: string,
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
    options: BrokerCallOptions = {},
  ): Promise<Response<R>> {
    let response: Response<R>
    try {
      response = await this.#remoting.request(address, command, fields, body, {
        timeoutMs: this.#timeoutMs,
        ...options,
      })
    } catch (error) {
      throw this.#explain(error, brokerName, address)
    }
    if (response.code === ResponseCode.SUCCESS || options.accept?.includes(response.code)) return response
    throw refusal(command.name, brokerName, address, response.code, response.remark)
  }

  async oneway<Q extends FieldTable, R extends FieldTable>(
    brokerName: string,
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    body?: Buffer,
  ): Promise<void> {
    const address = this.addressOf(brokerName, {})
    try {
      await this.#remoting.oneway(address, command, fields, body)
    } catch (error) {
      throw this.#explain(error, brokerName, address)
    }
  }

  /** Throws `BROKER_UNKNOWN`. */
  addressOf(brokerName: string, options: BrokerCallOptions): string {
    const address = this.#routes.addressOf(brokerName, options.brokerId, options.orAny)
    if (address === undefined) throw clientErrors.BROKER_UNKNOWN({ brokerName })
    return address
  }

  #explain(error: unknown, brokerName: string, address: string): unknown {
    if (!isRocketeerError(error, 'CONNECT_FAILED')) return error
    const reason = reasonOf(error)
    return clientErrors.BROKER_UNREACHABLE(
      { brokerName, address, nameservers: [...this.#nameservers], reason },
      error,
    )
  }
}
