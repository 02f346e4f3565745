export * from '@rocketeer/toolkit/dead-letters'
