using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>One run a row: every active output comes from it.</summary>
internal sealed class OnnxMapping : RowMapping
{
    private const string StandardSuffix = ".output";
    private readonly OnnxTransformer parent;
    private readonly DataViewSchema.Column[] columns;
    private readonly int[][] shapes;

    public OnnxMapping(OnnxTransformer parent, DataViewSchema inputSchema)
        : base(inputSchema)
    {
        this.parent = parent;
        columns = new DataViewSchema.Column[parent.Inputs.Length];
        shapes = new int[parent.Inputs.Length][];
        for (int i = 0; i < columns.Length; i++)
        {
            OnnxVariable input = parent.Model.GetInput(parent.Inputs[i]);
            shapes[i] = input.ShapeOfOneRow();
            if (shapes[i].Count(dimension => dimension == 0) > 1)
                throw new ArgumentOutOfRangeException(input.Name, "Only 1 unknown dimension is allowed");
            columns[i] = inputSchema.GetColumnOrNull(input.Name)
                ?? throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", input.Name);
            CheckColumn(columns[i].Type, input, shapes[i]);
        }
    }

    public override IEnumerable<int> GetInputs(int output) => columns.Select(column => column.Index);

    public override Delegate[] CreateGetters(DataViewRow input, Func<int, bool> isActive, out Action disposer)
    {
        string[] active = parent.Outputs.Where((_, i) => isActive(i)).ToArray();
        if (active.Length == 0)
        {
            disposer = null;
            return new Delegate[parent.Outputs.Length];
        }
        OnnxInput[] inputs = columns.Select((column, i) => OnnxInput.Of(input, column, shapes[i])).ToArray();
        var run = new OnnxRowRun(parent.Model, input, inputs, active);
        disposer = run.Dispose;
        return parent.Outputs.Select((name, i) => isActive(i) ? OnnxOutput.Getter(run, name, parent.OutputTypes[i]) : null).ToArray();
    }

    protected override DataViewSchema.DetachedColumn[] CreateOutputColumns() =>
        parent.Outputs.Select((name, i) =>
        {
            string column = name.EndsWith(StandardSuffix, StringComparison.Ordinal) ? name.Replace(StandardSuffix, "", StringComparison.Ordinal) : name;
            return new DataViewSchema.DetachedColumn(column, parent.OutputTypes[i], SlotNames(column));
        }).ToArray();

    protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
    {
        Delegate[] getters = CreateGetters(input, i => i == output, out disposer);
        return getters[output];
    }

    private static void CheckColumn(DataViewType type, OnnxVariable input, int[] shape)
    {
        var vector = type as VectorDataViewType;
        DataViewType itemType = vector?.ItemType ?? type;
        bool isKeyOfThatType = itemType is KeyDataViewType && itemType.RawType == input.ItemType.RawType;
        if (!itemType.Equals(input.ItemType) && !isKeyOfThatType)
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", input.Name, input.ItemType.ToString(), type.ToString());

        int length = vector?.Size ?? 1;
        if (!shape.Contains(0) && length % shape.Aggregate((left, right) => left * right) != 0)
        {
            throw Contracts.Except(
                $"Input shape mismatch: Input '{input.Name}' has shape {string.Join(",", shape)}, but input data is of length {length}.");
        }
    }

    private DataViewSchema.Annotations SlotNames(string column)
    {
        if (!parent.Model.SlotNames.TryGetValue(column, out string[] names))
            return DataViewSchema.Annotations.Empty;
        var builder = new DataViewSchema.Annotations.Builder();
        ReadOnlyMemory<char>[] values = names.Select(name => name.AsMemory()).ToArray();
        builder.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> slots) => slots = new VBuffer<ReadOnlyMemory<char>>(values.Length, (ReadOnlyMemory<char>[])values.Clone()));
        return builder.ToAnnotations();
    }
}
