using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Values to keys, by their hashes: slot by slot, or one key for a whole vector.</summary>
public sealed class HashingTransformer : OneToOneTransformerBase, ITransformerLoader
{
    private readonly HashingEstimator.ColumnOptions[] columns;
    private readonly VBuffer<ReadOnlyMemory<char>>[] keyValues;

    internal HashingTransformer(IHostEnvironment env, IDataView input, HashingEstimator.ColumnOptions[] columns)
        : base(env.Register(nameof(HashingTransformer)), Pairs(columns))
    {
        this.columns = columns;
        for (int i = 0; i < columns.Length; i++)
            CheckInputColumn(input.Schema, i, SourceOf(input.Schema, columns[i]).Index);
        keyValues = LearnKeyValues(input, columns);
    }

    private HashingTransformer(IHost host, ModelLoadContext ctx)
        : base(host, ctx)
    {
        columns = ColumnPairs.Select(pair => HashingEstimator.ColumnOptions.Load(ctx.Reader, pair.outputColumnName, pair.inputColumnName)).ToArray();
        keyValues = columns.Select(_ => ReadSparse(ctx)).ToArray();
    }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx) =>
        new HashingTransformer(env.Register(nameof(HashingTransformer)), ctx);

    internal override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol) =>
        Contracts.CheckParam(HashingEstimator.Accepts(inputSchema[srcCol].Type), nameof(inputSchema), HashingEstimator.ExpectedColumnType);

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new Mapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<HashingTransformer>();
        SaveColumns(ctx);
        foreach (HashingEstimator.ColumnOptions column in columns)
            column.Save(ctx.Writer);
        foreach (VBuffer<ReadOnlyMemory<char>> values in keyValues)
            WriteSparse(ctx.Writer, values);
    }

    private static (string, string)[] Pairs(HashingEstimator.ColumnOptions[] columns)
    {
        Contracts.CheckNonEmpty(columns, nameof(columns));
        return columns.Select(column => (column.Name, column.InputColumnName)).ToArray();
    }

    private static DataViewSchema.Column SourceOf(DataViewSchema schema, HashingEstimator.ColumnOptions column) =>
        schema.GetColumnOrNull(column.InputColumnName) ?? throw Contracts.ExceptSchemaMismatch("input", "input", column.InputColumnName);

    private static VBuffer<ReadOnlyMemory<char>>[] LearnKeyValues(IDataView input, HashingEstimator.ColumnOptions[] columns)
    {
        var keyValues = new VBuffer<ReadOnlyMemory<char>>[columns.Length];
        int[] inverted = Enumerable.Range(0, columns.Length).Where(i => columns[i].MaximumNumberOfInverts != 0).ToArray();
        if (inverted.Length == 0)
            return keyValues;
        using DataViewRowCursor cursor = input.GetRowCursor(inverted.Select(i => SourceOf(input.Schema, columns[i])).DistinctBy(column => column.Index).ToArray());
        InvertedHashes[] learners = Array.ConvertAll(inverted, i => InvertedHashes.Create(cursor, SourceOf(input.Schema, columns[i]), columns[i]));
        while (cursor.MoveNext())
        {
            foreach (InvertedHashes learner in learners)
                learner.Read();
        }
        for (int i = 0; i < inverted.Length; i++)
            keyValues[inverted[i]] = learners[i].Finish();
        return keyValues;
    }

    private static void WriteSparse(BinaryWriter writer, VBuffer<ReadOnlyMemory<char>> values)
    {
        KeyValuePair<int, ReadOnlyMemory<char>>[] items = values.Items().Where(item => !item.Value.IsEmpty).ToArray();
        writer.Write(values.Length);
        writer.Write(items.Length);
        foreach ((int index, ReadOnlyMemory<char> text) in items)
        {
            writer.Write(index);
            writer.Write(text.ToString());
        }
    }

    private static VBuffer<ReadOnlyMemory<char>> ReadSparse(ModelLoadContext ctx)
    {
        int length = ctx.Reader.ReadInt32();
        int count = ctx.ReadCount();
        var indices = new int[count];
        var texts = new ReadOnlyMemory<char>[count];
        for (int i = 0; i < count; i++)
        {
            indices[i] = ctx.Reader.ReadInt32();
            texts[i] = ctx.Reader.ReadString().AsMemory();
            Contracts.CheckDecode(indices[i] < length && indices[i] > (i == 0 ? -1 : indices[i - 1]), "The saved model's key values are out of order");
        }
        return new VBuffer<ReadOnlyMemory<char>>(length, count, texts, indices);
    }

    private sealed class Mapping(HashingTransformer parent, DataViewSchema inputSchema) : OneToOneMapping(parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn CreateOutputColumn(int output)
        {
            DataViewSchema.Column source = InputColumn(output);
            HashingEstimator.ColumnOptions options = parent.columns[output];
            var item = new KeyDataViewType(typeof(uint), 1ul << options.NumberOfBits);
            DataViewType type = source.Type is VectorDataViewType vector && !options.Combine ? new VectorDataViewType(item, vector.Size) : item;
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(source.Annotations, name => name == AnnotationKinds.SlotNames);
            VBuffer<ReadOnlyMemory<char>> values = parent.keyValues[output];
            if (values.Length > 0)
            {
                annotations.Add(AnnotationKinds.KeyValues, new VectorDataViewType(TextDataViewType.Instance, values.Length),
                    (ref VBuffer<ReadOnlyMemory<char>> value) => values.CopyTo(ref value));
            }
            return new(ColumnPairs[output].outputColumnName, type, annotations.ToAnnotations());
        }

        protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
        {
            disposer = null;
            return HashGetters.Create(input, input.Schema[InputColumn(output).Index], parent.columns[output]);
        }
    }
}
