export * from '@rocketeer/toolkit/delayed-check'
