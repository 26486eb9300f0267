namespace Microsoft.ML.Data;

/// <summary>
/// A non-standard column type (such as an image) that saved schemas can name: it writes its parameters,
/// and its assembly's type of that name reads them back through the static method.
/// </summary>
internal interface ISavableDataViewType
{
    void WriteParameters(BinaryWriter writer);

    static abstract DataViewType ReadParameters(BinaryReader reader);
}
