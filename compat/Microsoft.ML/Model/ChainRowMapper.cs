using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The mappers of a chain, each asked only for what the next one needs.</summary>
internal sealed class ChainRowMapper : IRowToRowMapper
{
    private readonly IRowToRowMapper[] mappers;

    public ChainRowMapper(DataViewSchema inputSchema, ITransformer[] transformers)
    {
        InputSchema = inputSchema;
        OutputSchema = inputSchema;
        mappers = new IRowToRowMapper[transformers.Length];
        for (int i = 0; i < mappers.Length; i++)
        {
            mappers[i] = transformers[i].GetRowToRowMapper(OutputSchema);
            OutputSchema = mappers[i].OutputSchema;
        }
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mappers.Reverse().Aggregate(dependingColumns, (needed, mapper) => mapper.GetDependencies(needed));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckValue(activeColumns, nameof(activeColumns));
        Contracts.CheckParam(input.Schema == InputSchema, nameof(input), "Schema did not match original schema");
        var needed = new IEnumerable<DataViewSchema.Column>[mappers.Length + 1];
        needed[^1] = activeColumns.ToArray();
        for (int i = mappers.Length; i > 0; i--)
            needed[i - 1] = mappers[i - 1].GetDependencies(needed[i]);
        DataViewRow row = input;
        for (int i = 0; i < mappers.Length; i++)
            row = mappers[i].GetRow(row, needed[i + 1]);
        return row;
    }
}
