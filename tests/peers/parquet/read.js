// Prints the rows of a Parquet file as JSON, an object a line: node read.js FILE. Then its metadata.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'

const plain = (_, value) => typeof value === 'bigint' ? Number(value) : typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
const file = await asyncBufferFromFile(process.argv[2])
for (const row of await parquetReadObjects({ file })) console.log(JSON.stringify(row, plain))
const { key_value_metadata: metadata } = await parquetMetadataAsync(file)
console.log(JSON.stringify(Object.fromEntries((metadata ?? []).map(({ key, value }) => [key, value]))))
