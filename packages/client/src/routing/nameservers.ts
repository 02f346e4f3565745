import { setTimeout as pause } from 'node:timers/promises'
import { type Command, type FieldTable, type FieldValues, ResponseCode } from '@rocketeer/protocol'
import { getKvConfig, noKvConfig } from '@rocketeer/protocol/commands'
import type { CallOptions, RemotingClient, Response } from '@rocketeer/remoting'
import { clientErrors, type NameserverAnswer } from '../errors.js'
import { failureReasonOf } from './failure-reason.js'

/** Between rounds of waiting for a nameserver: 100 ms, then twice as long each time, and up to half as much by chance. */
const WAIT_PAUSE_MS = 100
const WAIT_PAUSE_MS_MAX = 1_000

interface NameserversNeeds {
  remoting: RemotingClient
  addresses: readonly string[]
  timeoutMs: number
  /** As `Math.random`; chooses the nameserver that is asked first, and how long to pause. */
  random: () => number
}

/** The nameservers of this client. They share nothing, so any of them may know less than another. */
export class Nameservers {
  readonly addresses: readonly string[]
  readonly #remoting: RemotingClient
  readonly #options: CallOptions
  readonly #random: () => number
  /** Index of the nameserver that is asked first; moves on when that fails. */
  #current: number

  constructor({ remoting, addresses, timeoutMs, random }: NameserversNeeds) {
    this.#remoting = remoting
    this.addresses = addresses
    this.#options = { timeoutMs }
    this.#random = random
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

  /**
   * Resolves when one of them has answered. Waits for that up to `waitMs`, at least one round; `onWait` is called with
   * the first failures. Throws `NAMESERVERS_UNREACHABLE`. In real time: a program may start before its cluster does.
   */
  async connect(waitMs = 0, onWait: (asked: NameserverAnswer[]) => void = () => {}): Promise<void> {
    const deadline = performance.now() + waitMs
    for (let round = 0; ; round++) {
      const asked = await this.#askInTurn()
      if (asked === 'answered') return
      const leftMs = deadline - performance.now()
      if (leftMs <= 0) throw clientErrors.NAMESERVERS_UNREACHABLE({ asked, waitMs })
      const pauseMs = Math.min(WAIT_PAUSE_MS * 2 ** round, WAIT_PAUSE_MS_MAX) * (1 + this.#random() / 2)
      if (round === 0) onWait(asked)
      // The last round begins when the time is up. A timer may end a little early.
      await pause(Math.ceil(Math.min(pauseMs, leftMs)) + 1)
    }
  }

  async #askInTurn(): Promise<'answered' | NameserverAnswer[]> {
    const failures: NameserverAnswer[] = []
    for (let step = 0; step < this.addresses.length; step++) {
      const address = this.addresses[this.#current]!
      try {
        await this.#remoting.request(address, getKvConfig, noKvConfig, undefined, this.#options)
        return 'answered'
      } catch (error) {
        failures.push(failureAt(address, error))
        this.#current = (this.#current + 1) % this.addresses.length
      }
    }
    return failures
  }
}

function failureAt(address: string, error: unknown): NameserverAnswer {
  return { address, answer: `failed: ${failureReasonOf(error)}` }
}
