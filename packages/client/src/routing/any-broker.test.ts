import { describe, expect, it } from 'vitest'
import { askAnyBroker } from './any-broker.js'

describe('askAnyBroker', () => {
  it('begins anywhere, and asks the others when one fails', async () => {
    const asked: string[] = []
    const ask = async (brokerName: string) => {
      asked.push(brokerName)
      if (brokerName !== 'a') throw new Error(brokerName)
      return 'answer'
    }
    expect(await askAnyBroker(['a', 'b', 'c'], () => 0.5, ask)).toBe('answer')
    expect(asked).toEqual(['b', 'c', 'a'])
  })

  it('fails with what the last one failed with', async () => {
    const ask = async (brokerName: string) => {
      throw new Error(brokerName)
    }
    await expect(askAnyBroker(['a', 'b'], () => 0, ask)).rejects.toThrow('b')
  })
})
