import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suiteFolder } from './suite-run.js'

/** One line of `java-suite/tests.txt`, which explains the kinds. */
export interface SuiteTest {
  readonly kind: 'quick' | 'slow' | 'excluded'
  /** Below `org.apache.rocketmq.test`. */
  readonly className: string
  readonly method: string
  /** Why it is excluded. */
  readonly reason: string
}

export const suitePackage = 'org.apache.rocketmq.test'

const line = /^(quick|slow|excluded) (\S+) (\S+) ?(.*)$/

export function readSuiteTests(): SuiteTest[] {
  const lines = readFileSync(join(suiteFolder, 'tests.txt'), 'utf8').split('\n')
  return lines.filter((text) => text !== '' && !text.startsWith('#')).map(parse)
}

/** Whether a line of the table is about a class. */
export function covers(test: SuiteTest, className: string): boolean {
  return test.className.endsWith('.*')
    ? className.startsWith(test.className.slice(0, -1))
    : test.className === className
}

function parse(text: string): SuiteTest {
  const [, kind, className, method, reason] = text.match(line) ?? []
  const excluded = kind === 'excluded'
  if (kind === undefined || excluded === (reason === ''))
    throw new Error(`tests.txt: "${text}" is not "kind class method", with a reason when it is excluded`)
  return { kind: kind as SuiteTest['kind'], className: className!, method: method!, reason: reason! }
}
