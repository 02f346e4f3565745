import { describe, expect, it } from 'vitest'
import { storeErrors } from '../errors.js'
import { AppendGate } from './append-gate.js'

const full = storeErrors.DISK_FULL({ path: '/', usedPercent: 95, usedPercentMax: 90 })
const failed = storeErrors.WRITE_FAILED({ path: '/', reason: 'ENOSPC' })
const cut = storeErrors.LOG_BEING_CUT({})
const fenced = storeErrors.STORE_FENCED({ reason: 'EIO' })
const closed = storeErrors.STORE_CLOSED({ path: '/' })

/** A repair that is over when the test says so. */
function repair() {
  let finish = () => {}
  let begun = false
  const done = new Promise<void>((resolve) => {
    finish = resolve
  })
  const task = async () => {
    begun = true
    await done
    return 'repaired'
  }
  return { task, finish, hasBegun: () => begun }
}

describe('AppendGate', () => {
  it('refuses while it is asked to', () => {
    const gate = new AppendGate()
    expect(gate.refusal).toBeUndefined()
    gate.refuse(full)
    expect(gate.refusal).toBe(full)
    gate.refuse(undefined)
    expect(gate.refusal).toBeUndefined()
  })

  it('refuses while a repair runs, and goes back to what it was asked for', async () => {
    const gate = new AppendGate()
    const { task, finish } = repair()
    const running = gate.refuseWhile(failed, task)
    expect(gate.refusal).toBe(failed)
    gate.refuse(full)
    expect(gate.refusal).toBe(failed)
    finish()
    expect(await running).toBe('repaired')
    expect(gate.refusal).toBe(full)
    expect(gate.repair).toBeUndefined()
  })

  it('repairs one after the other', async () => {
    const gate = new AppendGate()
    const [first, second] = [repair(), repair()]
    const mending = gate.refuseWhile(failed, first.task)
    const cutting = gate.refuseWhile(cut, second.task)
    first.finish()
    await mending
    expect(gate.refusal).toBe(cut)
    second.finish()
    await cutting
    expect([first.hasBegun(), second.hasBegun(), gate.refusal]).toEqual([true, true, undefined])
  })

  it('takes appends again after a repair that failed, unless it was fenced', async () => {
    const gate = new AppendGate()
    await expect(gate.refuseWhile(cut, () => Promise.reject(new Error('EIO')))).rejects.toThrow('EIO')
    expect(gate.refusal).toBeUndefined()
    gate.fence(fenced)
    expect(gate.refusal).toBe(fenced)
  })

  it('stays closed or fenced, whatever comes then; fenced is the graver', async () => {
    const gate = new AppendGate()
    const { task, finish } = repair()
    const running = gate.refuseWhile(failed, task)
    gate.close(closed)
    expect(gate.refusal).toBe(closed)
    finish()
    await running
    gate.refuse(undefined)
    expect(gate).toMatchObject({ refusal: closed, isFinal: true })
    gate.fence(fenced)
    gate.close(closed)
    expect(gate.refusal).toBe(fenced)
  })
})
