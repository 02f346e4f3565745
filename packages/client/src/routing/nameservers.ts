import { type Command, type FieldTable, type FieldValues, ResponseCode } from '@rocketeer/protocol'
import type { CallOptions, RemotingClient, Response } from '@rocketeer/remoting'
import { clientErrors, type NameserverAnswer } from '../errors.js'
import { failureReasonOf } from './failure-reason.js'

interface NameserversNeeds {
  remoting: RemotingClient
  addresses: readonly string[]
  timeoutMs: number
  /** As `Math.random`; chooses the nameserver that is asked first. */
  random: () => number
}

/** The nameservers of this client. They share nothing, so any of them may know less than another. */
export class Nameservers {
  readonly addresses: readonly string[]
  readonly #remoting: RemotingClient
  readonly #options: CallOptions
  /** Index of the nameserver that is asked first; moves on when that fails. */
  #current: number

  constructor({ remoting, addresses, timeoutMs, random }: NameserversNeeds) {
    this.#remoting = remoting
    this.addresses = addresses
    this.#options = { timeoutMs }
    this.#current = Math.floor(random() * addresses.length)
  }

  /**
   * The first answer, of any code, from a nameserver that can be reached. With `wanted`, others are asked as well until
   * one gives an answer that is wanted. Throws `NAMESERVERS_UNREACHABLE`.
   */
  async ask<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    wanted: (response: Response<R>) => boolean = () => true,
  ): Promise<{ response: Response<R>; address: string }> {
    const failures: NameserverAnswer[] = []
    let unwanted: { response: Response<R>; address: string } | undefined
    const first = this.#current
    for (let step = 0; step < this.addresses.length; step++) {
      const index = (first + step) % this.addresses.length
      const address = this.addresses[index]!
      try {
        const response = await this.#remoting.request(address, command, fields, undefined, this.#options)
        if (wanted(response)) {
          this.#current = index
          return { response, address }
        }
        unwanted ??= { response, address }
      } catch (error) {
        failures.push(failureAt(address, error))
      }
    }
    if (unwanted) return unwanted
    throw clientErrors.NAMESERVERS_UNREACHABLE({ asked: failures })
  }

  /** Like `ask`, for answers that must be a success. Throws `NAMESERVER_REFUSED` too. */
  async call<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
  ): Promise<Response<R>> {
    const { response, address } = await this.ask(command, fields)
    if (response.code === ResponseCode.SUCCESS) return response
    throw clientErrors.NAMESERVER_REFUSED({
      command: command.name,
      address,
      answer: response.code,
      remark: response.remark ?? '',
    })
  }

  /** Asks all of them at the same time. Resolves to what each answered, a failure like an answer. */
  askEach<Q extends FieldTable, R extends FieldTable>(
    command: Command<Q, R>,
    fields: FieldValues<Q>,
    describe: (response: Response<R>) => string,
  ): Promise<NameserverAnswer[]> {
    return Promise.all(
      this.addresses.map(async (address) => {
        try {
          const response = await this.#remoting.request(address, command, fields, undefined, this.#options)
          return { address, answer: describe(response) }
        } catch (error) {
          return failureAt(address, error)
        }
      }),
    )
  }

  /** Makes a connection to one of them. Throws `NAMESERVERS_UNREACHABLE`. */
  async connect(): Promise<void> {
    const failures: NameserverAnswer[] = []
    for (let step = 0; step < this.addresses.length; step++) {
      const address = this.addresses[this.#current]!
      try {
        await this.#remoting.connection(address, this.#options)
        return
      } catch (error) {
        failures.push(failureAt(address, error))
        this.#current = (this.#current + 1) % this.addresses.length
      }
    }
    throw clientErrors.NAMESERVERS_UNREACHABLE({ asked: failures })
  }
}

function failureAt(address: string, error: unknown): NameserverAnswer {
  return { address, answer: `failed: ${failureReasonOf(error)}` }
}
