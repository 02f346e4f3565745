export * from '@rocketeer/toolkit/backlog'
