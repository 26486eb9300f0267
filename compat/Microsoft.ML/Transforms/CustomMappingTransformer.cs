using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>A user's own function from one class to another, row by row.</summary>
public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> mapAction;
    private readonly string contractName;

    internal CustomMappingTransformer(
        IHostEnvironment env, Action<TSrc, TDst> mapAction, string contractName, SchemaDefinition inputSchemaDefinition, SchemaDefinition outputSchemaDefinition)
    {
        Contracts.CheckValue(env, nameof(env));
        Contracts.CheckValue(mapAction, nameof(mapAction));
        this.mapAction = mapAction;
        this.contractName = contractName;
        InputSchemaDefinition = inputSchemaDefinition;
        AddedColumns = TypedColumns.Create(typeof(TDst), SchemaDefinition.Direction.Write, outputSchemaDefinition);
    }

    bool ITransformer.IsRowToRowMapper => true;

    internal SchemaDefinition InputSchemaDefinition { get; }

    internal TypedColumn[] AddedColumns { get; }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new MappedDataView(input, new Mapping(this, input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new MappedRowMapper(Bind(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.Check(contractName != null, "Empty contract name for a transform: the transform cannot be saved");
        CustomMappingLoader.Save(ctx, contractName, mapAction.Method.DeclaringType.Assembly);
    }

    private MappedColumns Bind(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return new MappedColumns(new Mapping(this, inputSchema));
    }

    private sealed class Mapping : RowMapping
    {
        private readonly CustomMappingTransformer<TSrc, TDst> parent;
        private readonly TypedReader<TSrc> reader;

        public Mapping(CustomMappingTransformer<TSrc, TDst> parent, DataViewSchema inputSchema)
            : base(inputSchema)
        {
            this.parent = parent;
            reader = new TypedReader<TSrc>(inputSchema, false, parent.InputSchemaDefinition);
        }

        public override IEnumerable<int> GetInputs(int output) => reader.Columns.Select(column => column.Index);

        /// <summary>One run of the user's function serves all columns of a row, told apart by its position.</summary>
        public override Delegate[] CreateGetters(DataViewRow input, Func<int, bool> isActive, out Action disposer)
        {
            disposer = null;
            var getters = new Delegate[parent.AddedColumns.Length];
            if (!Enumerable.Range(0, getters.Length).Any(isActive))
                return getters;
            Action<TSrc> fill = reader.Bind(input);
            var row = new TypedRow<TDst>(parent.AddedColumns);
            var source = new TSrc();
            var destination = new TDst();
            long servedPosition = -1;
            void Refresh()
            {
                if (servedPosition == input.Position)
                    return;
                fill(source);
                parent.mapAction(source, destination);
                row.SetCurrent(destination);
                servedPosition = input.Position;
            }
            for (int i = 0; i < getters.Length; i++)
            {
                if (isActive(i))
                    getters[i] = Generic.Invoke<Delegate>(Generic.Method(typeof(Mapping), nameof(Getter)), null, [parent.AddedColumns[i].Type.RawType], row, i, (Action)Refresh);
            }
            return getters;
        }

        protected override DataViewSchema.DetachedColumn[] CreateOutputColumns() =>
            parent.AddedColumns.Select(column => new DataViewSchema.DetachedColumn(column.Name, column.Type, column.Annotations)).ToArray();

        protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer) =>
            CreateGetters(input, i => i == output, out disposer)[output];

        private static ValueGetter<T> Getter<T>(TypedRow<TDst> row, int index, Action refresh)
        {
            ValueGetter<T> inner = row.GetGetter<T>(row.Schema[index]);
            return (ref T value) =>
            {
                refresh();
                inner(ref value);
            };
        }
    }
}
