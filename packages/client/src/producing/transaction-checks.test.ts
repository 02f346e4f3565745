import { isRocketeerError } from '@rocketeer/foundation'
import { SysFlag } from '@rocketeer/protocol/record'
import { describe, expect, it } from 'vitest'
import { Problems } from '../problems.js'
import { madeMessage } from '../testing/made-message.js'
import { TransactionChecks } from './transaction-checks.js'
import type { TransactionCheck } from './transaction-options.js'

describe('a transaction check', () => {
  const asked = {
    topic: 'orders',
    tranStateTableOffset: 7,
    commitLogOffset: 4096,
    transactionId: 'tx',
    bname: 'a',
  }

  it.each([
    ['commit', SysFlag.TRANSACTION_COMMIT],
    ['rollback', SysFlag.TRANSACTION_ROLLBACK],
    ['unknown', 0],
    ['perhaps', 0],
  ])('that finds %s answers the broker that asked with %i', async (outcome, commitOrRollback) => {
    const { checks, answers, broker } = checking(async () => outcome as never)
    checks.answer(madeMessage(), asked, broker)
    await checks.idle()
    expect(answers).toMatchObject([
      { producerGroup: 'shop', commitOrRollback, fromTransactionCheck: true, commitLogOffset: 4096 },
    ])
  })

  it('that fails is reported, and answered with an unknown outcome', async () => {
    const { checks, answers, broker, problems } = checking(async () => {
      throw new Error('no database')
    })
    checks.answer(madeMessage(), asked, broker)
    await checks.idle()
    expect(answers).toMatchObject([{ commitOrRollback: 0 }])
    expect(problems.map((problem) => isRocketeerError(problem, 'CHECK_FAILED'))).toEqual([true])
  })

  it('that finds no room, or comes after the end, is dropped: the broker asks again', async () => {
    let finish = () => {}
    const running = new Promise<void>((resolve) => {
      finish = resolve
    })
    const { checks, answers, broker } = checking(async () => {
      await running
      return 'commit'
    })
    for (let i = 0; i < 4; i++) checks.answer(madeMessage(), asked, broker)
    checks.stop()
    checks.answer(madeMessage(), asked, broker)
    finish()
    await checks.idle()
    // One ran, two waited.
    expect(answers).toHaveLength(3)
  })
})

function checking(check: TransactionCheck) {
  const answers: object[] = []
  const problems: unknown[] = []
  const checks = new TransactionChecks({
    config: { group: 'shop', check, checkConcurrency: 1, checksWaitingMax: 2 },
    tracer: undefined,
    problems: new Problems(({ error }) => problems.push(error)),
  })
  const broker = {
    remoteAddress: '10.0.0.2:10911',
    oneway: (_command: unknown, fields: object) => void answers.push(fields),
  }
  return { checks, answers, problems, broker }
}
