import type { Message } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { expect } from 'vitest'

/** The messages that handlers were given, for tests to wait for. */
export class Handled {
  readonly messages: Message[] = []

  readonly handle = (message: Message): void => {
    this.messages.push(message)
  }

  get bodies(): string[] {
    return this.messages.map((message) => message.text())
  }

  /** Waits until there are as many messages, and expects exactly these bodies, in any order. */
  async exactly(bodies: readonly string[], withinMs = 20_000): Promise<void> {
    const expected = [...bodies].sort()
    await eventually(() => this.messages.length >= bodies.length, { withinMs }).catch(() => undefined)
    expect([...this.bodies].sort()).toEqual(expected)
  }

  /** Waits until each body was handled at least once, and nothing else. */
  async atLeast(bodies: readonly string[], withinMs = 20_000): Promise<void> {
    await eventually(() => expect(new Set(this.bodies)).toEqual(new Set(bodies)), { withinMs })
  }
}
