/** Numbers of `java.sql.Types`. */
const JAVA = {
  BIT: -7,
  TINYINT: -6,
  BIGINT: -5,
  BINARY: -2,
  CHAR: 1,
  DECIMAL: 3,
  INTEGER: 4,
  SMALLINT: 5,
  REAL: 7,
  DOUBLE: 8,
  VARCHAR: 12,
  DATE: 91,
  TIME: 92,
  TIMESTAMP: 93,
  OTHER: 1111,
  BLOB: 2004,
  CLOB: 2005,
}

/** Canal: RowsLogBuffer.mysqlToJavaType, and what LogEventConvert.parseOneRow makes of it. */
const BY_NAME: Readonly<Record<string, number>> = {
  tinyint: JAVA.TINYINT,
  smallint: JAVA.SMALLINT,
  mediumint: JAVA.INTEGER,
  int: JAVA.INTEGER,
  bigint: JAVA.BIGINT,
  float: JAVA.REAL,
  double: JAVA.DOUBLE,
  decimal: JAVA.DECIMAL,
  bit: JAVA.BIT,
  year: JAVA.VARCHAR,
  date: JAVA.DATE,
  time: JAVA.TIME,
  datetime: JAVA.TIMESTAMP,
  timestamp: JAVA.TIMESTAMP,
  char: JAVA.CHAR,
  varchar: JAVA.VARCHAR,
  binary: JAVA.BLOB,
  varbinary: JAVA.BLOB,
  enum: JAVA.INTEGER,
  set: JAVA.BIT,
  json: JAVA.VARCHAR,
}

/** The greatest value that is not negative when read as a signed integer, and the type Canal gives to greater ones. */
const SIGNED: Readonly<Record<string, readonly [bigint, number]>> = {
  tinyint: [0x7fn, JAVA.SMALLINT],
  smallint: [0x7fffn, JAVA.INTEGER],
  mediumint: [0x7fffffn, JAVA.INTEGER],
  int: [0x7fffffffn, JAVA.BIGINT],
  bigint: [0x7fffffffffffffffn, JAVA.DECIMAL],
}

/** The `sqlType` of a column with this declared type and value. */
export function canalSqlType(type: string, value: string | null): number {
  const name = /^\w+/.exec(type)?.[0] ?? ''
  const signed = SIGNED[name]
  if (signed && value !== null && / unsigned/.test(type) && BigInt(value) > signed[0]) return signed[1]
  if (value === null && name === 'set') return JAVA.BINARY
  if (value === null && name === 'json') return JAVA.OTHER
  if (/text$/.test(name)) return JAVA.CLOB
  return BY_NAME[name] ?? JAVA.BLOB
}
