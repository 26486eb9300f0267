using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class HashingEstimator : IEstimator<HashingTransformer>
{
    internal const int DefaultNumberOfBits = 31;
    internal const uint DefaultSeed = 314489979;
    internal const string ExpectedColumnType = "Expected Text, Key, numeric, Boolean or DataViewRowId item type";

    private readonly IHost host;
    private readonly ColumnOptions[] columns;

    internal HashingEstimator(IHostEnvironment env, params ColumnOptions[] columns)
    {
        host = env.Register(nameof(HashingEstimator));
        this.columns = columns;
        foreach (ColumnOptions column in columns)
        {
            Contracts.CheckParam(!column.Combine || column.MaximumNumberOfInverts == 0, nameof(ColumnOptions.Combine),
                "When the 'Combine' option is specified, invert hashes are not supported.");
            Contracts.CheckParam(!column.Combine || !column.UseOrderedHashing, nameof(ColumnOptions.Combine),
                "When the 'Combine' option is specified, ordered hashing is not supported.");
        }
    }

    public HashingTransformer Fit(IDataView input) => new(host, input, columns);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(columns.Select(options => OutputShape(inputSchema, options)));
    }

    internal static bool Accepts(DataViewType type) =>
        type.ItemType() is TextDataViewType or KeyDataViewType or NumberDataViewType or BooleanDataViewType or RowIdDataViewType;

    private static SchemaShape.Column OutputShape(SchemaShape inputSchema, ColumnOptions options)
    {
        if (!inputSchema.TryFindColumn(options.InputColumnName, out SchemaShape.Column column))
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", options.InputColumnName);
        Contracts.CheckParam(Accepts(column.ItemType), nameof(inputSchema), ExpectedColumnType);
        var annotations = new List<SchemaShape.Column>();
        if (!options.Combine && column.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out SchemaShape.Column names))
            annotations.Add(names);
        if (options.MaximumNumberOfInverts != 0)
            annotations.Add(new SchemaShape.Column(AnnotationKinds.KeyValues, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false));
        return new SchemaShape.Column(options.Name, options.Combine ? SchemaShape.Column.VectorKind.Scalar : column.Kind,
            NumberDataViewType.UInt32, true, new SchemaShape(annotations));
    }

    /// <summary>One output column and how it is hashed.</summary>
    public sealed class ColumnOptions
    {
        public ColumnOptions(
            string name,
            string inputColumnName = null,
            int numberOfBits = DefaultNumberOfBits,
            uint seed = DefaultSeed,
            bool useOrderedHashing = false,
            int maximumNumberOfInverts = 0,
            bool combine = false)
        {
            Contracts.CheckParam(maximumNumberOfInverts >= -1, nameof(maximumNumberOfInverts), "Value too small, must be -1 or larger");
            Contracts.CheckParam(maximumNumberOfInverts == 0 || numberOfBits < 31, nameof(numberOfBits),
                $"Cannot support maximumNumberOfInverts for a {numberOfBits} bit hash. 30 is the maximum possible.");
            Contracts.CheckParam(!string.IsNullOrWhiteSpace(name), nameof(name), $"{nameof(name)} cannot be null or white space");
            Name = name;
            InputColumnName = inputColumnName ?? name;
            NumberOfBits = numberOfBits;
            Seed = seed;
            UseOrderedHashing = useOrderedHashing;
            MaximumNumberOfInverts = maximumNumberOfInverts;
            Combine = combine;
        }

        public string Name { get; set; }

        public string InputColumnName { get; set; }

        public int NumberOfBits { get; set; }

        public uint Seed { get; set; }

        public bool UseOrderedHashing { get; set; }

        public int MaximumNumberOfInverts { get; set; }

        public bool Combine { get; set; }

        internal uint Mask => (1u << NumberOfBits) - 1;

        internal void Save(BinaryWriter writer)
        {
            writer.Write(NumberOfBits);
            writer.Write(Seed);
            writer.Write(UseOrderedHashing);
            writer.Write(Combine);
        }

        internal static ColumnOptions Load(BinaryReader reader, string name, string inputColumnName)
        {
            int bits = reader.ReadInt32();
            Contracts.CheckDecode(bits is >= 1 and <= 31, $"The saved model hashes to {bits} bits, which is not between 1 and 31");
            return new ColumnOptions(name, inputColumnName, bits, reader.ReadUInt32(), reader.ReadBoolean(), combine: reader.ReadBoolean());
        }
    }
}
