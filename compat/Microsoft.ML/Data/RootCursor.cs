using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A cursor that counts its own positions.</summary>
internal abstract class RootCursor : DataViewRowCursor
{
    public const string NoCurrentRow =
        "Values cannot be fetched at this time. This method was called either before the first call to MoveNext, or at any point after that method returned false.";

    private long position = -1;
    private bool finished;

    public sealed override long Position => position;

    public override long Batch => 0;

    public sealed override bool MoveNext()
    {
        if (finished)
            return false;
        if (MoveNextCore())
        {
            position++;
            return true;
        }
        Dispose();
        return false;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
    {
        CheckPosition();
        value = new DataViewRowId((ulong)position, 0);
    };

    protected abstract bool MoveNextCore();

    protected void CheckPosition() => Contracts.Check(position >= 0, NoCurrentRow);

    protected virtual void DisposeCore()
    {
    }

    protected sealed override void Dispose(bool disposing)
    {
        if (!finished && disposing)
        {
            finished = true;
            position = -1;
            DisposeCore();
        }
        base.Dispose(disposing);
    }
}
