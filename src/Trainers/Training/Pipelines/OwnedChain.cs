using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen;

/// <summary>A chain that keeps its ONNX files alive: ML.NET reads them again when it saves the chain.</summary>
internal sealed class OwnedChain(TransformerChain<ITransformer> chain, IDisposable? files) : ITransformer, ICanSaveModel
{
    bool ITransformer.IsRowToRowMapper => ((ITransformer)chain).IsRowToRowMapper;

    public IDataView Transform(IDataView input) => chain.Transform(input);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => chain.GetOutputSchema(inputSchema);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => ((ITransformer)chain).GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ((ICanSaveModel)chain).Save(ctx);
        GC.KeepAlive(files);
    }
}
