using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Keeps the named columns, in the order named, or drops them.</summary>
public sealed class ColumnSelectingTransformer : ITransformer, ITransformerLoader
{
    private readonly string[] columns;
    private readonly bool keep;
    private readonly bool keepHidden;

    internal ColumnSelectingTransformer(string[] keepColumns, string[] dropColumns, bool keepHidden)
    {
        keep = keepColumns is { Length: > 0 };
        bool drop = dropColumns is { Length: > 0 };
        Contracts.Check(!(keep && drop), "Both keepColumns and dropColumns are set. Exactly one can be specified.");
        Contracts.Check(keep || drop, "Neither keepColumns and dropColumns is set. Exactly one must be specified.");
        columns = keep ? keepColumns : dropColumns;
        this.keepHidden = keepHidden;
    }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema, nameof(inputSchema)).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new SelectedDataView(input, Bind(input.Schema, nameof(input)));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema, nameof(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetLoader<ColumnSelectingTransformer>();
        ctx.Writer.Write(keep);
        ctx.Writer.Write(keepHidden);
        ctx.Writer.Write(columns.Length);
        foreach (string column in columns)
            ctx.Writer.Write(column);
    }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        bool keep = ctx.Reader.ReadBoolean();
        bool keepHidden = ctx.Reader.ReadBoolean();
        var columns = new string[ctx.ReadCount()];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = ctx.Reader.ReadString();
        return new ColumnSelectingTransformer(keep ? columns : null, keep ? null : columns, keepHidden);
    }

    internal bool IsSelected(string name) => columns.Contains(name) == keep;

    internal void CheckColumns(IEnumerable<string> inputNames, string paramName)
    {
        string[] missing = columns.Except(inputNames).ToArray();
        if (missing.Length > 0)
            throw Contracts.ExceptSchemaMismatch(paramName, "input", string.Join(",", missing));
    }

    private ColumnSelection Bind(DataViewSchema inputSchema, string paramName)
    {
        Contracts.CheckValue(inputSchema, paramName);
        CheckColumns(inputSchema.Select(column => column.Name), paramName);
        // Dropping keeps the hidden columns of other names, whatever keepHidden says.
        IEnumerable<DataViewSchema.Column> selected = keep
            ? columns.SelectMany(name => inputSchema.Where(column => column.Name == name && (keepHidden || !column.IsHidden)))
            : inputSchema.Where(column => IsSelected(column.Name));
        return new ColumnSelection(inputSchema, selected.ToArray());
    }
}
