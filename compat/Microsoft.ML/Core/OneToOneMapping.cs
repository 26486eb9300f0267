using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A mapping in which output column i reads input column <see cref="InputColumn"/>(i) alone.</summary>
internal abstract class OneToOneMapping : RowMapping
{
    private readonly int[] inputs;

    /// <summary>Finds each input column, or throws "Could not find input column 'X'"; then checks it.</summary>
    protected OneToOneMapping(OneToOneTransformerBase parent, DataViewSchema inputSchema)
        : base(inputSchema)
    {
        ColumnPairs = parent.ColumnPairs;
        inputs = ColumnPairs.Select(pair => inputSchema.GetColumnOrNull(pair.inputColumnName)?.Index
            ?? throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", pair.inputColumnName)).ToArray();
        for (int i = 0; i < inputs.Length; i++)
            parent.CheckInputColumn(inputSchema, i, inputs[i]);
    }

    protected (string outputColumnName, string inputColumnName)[] ColumnPairs { get; }

    public sealed override IEnumerable<int> GetInputs(int output) => [inputs[output]];

    protected DataViewSchema.Column InputColumn(int output) => InputSchema[inputs[output]];

    protected override DataViewSchema.DetachedColumn[] CreateOutputColumns() =>
        ColumnPairs.Select((_, i) => CreateOutputColumn(i)).ToArray();

    protected abstract DataViewSchema.DetachedColumn CreateOutputColumn(int output);
}
