export { type ContractCheck, databaseContract } from './database-contract.js'
