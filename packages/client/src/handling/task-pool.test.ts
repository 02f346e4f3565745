import { describe, expect, it } from 'vitest'
import { TaskPool } from './task-pool.js'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('TaskPool', () => {
  it('runs tasks in order, up to its concurrency at the same time', async () => {
    const pool = new TaskPool(2)
    const started: number[] = []
    const finish: (() => void)[] = []
    for (let i = 0; i < 4; i++) {
      pool.add(() => {
        started.push(i)
        return new Promise((resolve) => finish.push(resolve))
      })
    }
    await turn()
    expect([started, pool.running, pool.waiting]).toEqual([[0, 1], 2, 2])
    finish[1]!()
    await turn()
    expect(started).toEqual([0, 1, 2])
    finish[0]!()
    finish[2]!()
    await turn()
    expect(started).toEqual([0, 1, 2, 3])
    finish[3]!()
    await pool.idle()
    expect(pool.running).toBe(0)
  })

  it('drops the tasks that have not begun', async () => {
    const pool = new TaskPool(1)
    const ran: string[] = []
    let finish = () => {}
    pool.add(() => new Promise((resolve) => (finish = resolve)))
    pool.add(async () => void ran.push('second'))
    pool.clear()
    const idle = pool.idle()
    finish()
    await idle
    expect(ran).toEqual([])
  })

  it('works through a long queue', async () => {
    const pool = new TaskPool(3)
    const ran: number[] = []
    for (let i = 0; i < 5_000; i++) pool.add(async () => void ran.push(i))
    await pool.idle()
    expect(ran).toEqual(Array.from({ length: 5_000 }, (_, i) => i))
  })
})
