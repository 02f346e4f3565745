export { tablesContract } from './tables-contract.js'
