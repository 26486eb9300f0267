namespace Microsoft.ML.Data;

/// <summary>A cursor that moves with another one and has its position, batch and row ids.</summary>
internal abstract class WrappingCursor : DataViewRowCursor
{
    private bool disposed;

    protected WrappingCursor(DataViewRowCursor input)
    {
        Input = input;
    }

    protected DataViewRowCursor Input { get; }

    public override long Position => Input.Position;

    public override long Batch => Input.Batch;

    public override bool MoveNext() => Input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

    protected virtual void DisposeCore()
    {
    }

    protected sealed override void Dispose(bool disposing)
    {
        if (!disposed && disposing)
        {
            disposed = true;
            DisposeCore();
            Input.Dispose();
        }
        base.Dispose(disposing);
    }
}
