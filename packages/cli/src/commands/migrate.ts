import type { Command } from 'commander'
import { addCompare, addCopy } from './migrate-compare.js'
import { addOffsets } from './migrate-offsets.js'
import { addStatus } from './migrate-status.js'
import { addPlan, addTopics } from './migrate-topics.js'

export function addMigrate(program: Command): void {
  const migrate = program
    .command('migrate')
    .description("move topics and groups to another cluster, ours or Apache's, while messages come")
    .addHelpText(
      'after',
      `
Producers write to both clusters and consumers read both, as the page "Migration to another cluster" says step by step.
These commands prepare that, and tell whether it is safe to cut over.

Examples:
  rocketeer migrate plan --from old:9876 --to new:9876
  rocketeer migrate compare order-paid --from old:9876 --to new:9876 --since 1h
  rocketeer migrate status order-paid --from old:9876 --to new:9876`,
    )
  for (const add of [addPlan, addTopics, addCompare, addCopy, addOffsets, addStatus]) add(migrate)
}
