export * from '@rocketeer/toolkit/sql'
