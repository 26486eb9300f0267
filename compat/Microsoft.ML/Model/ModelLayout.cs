namespace Microsoft.ML;

/// <summary>Names of the entries in a saved model.</summary>
internal static class ModelLayout
{
    public const string Marker = "compat-model";
    public const string Version = "2";
    public const string Schema = "Schema";
    public const string Transformer = "TransformerChain/";
    public const string Loader = "Loader";
    public const string Data = "Data";
}
