using Microsoft.Win32.SafeHandles;

namespace MLNetGen.Weights;

/// <summary>A stretch of a file.</summary>
internal sealed class FileBytes : ByteSource
{
    private readonly SafeFileHandle file;
    private readonly long start;

    public FileBytes(SafeFileHandle file, long start, long length)
    {
        if (start < 0 || length < 0 || start > RandomAccess.GetLength(file) - length)
            throw Damage.CutOff($"{length:N0} bytes from {start:N0} on lie beyond its end at {RandomAccess.GetLength(file):N0}");
        this.file = file;
        this.start = start;
        Length = length;
    }

    public override long Length { get; }

    public override void Read(long offset, Span<byte> into)
    {
        while (into.Length > 0)
        {
            int read = RandomAccess.Read(file, into, start + offset);
            if (read == 0) throw Damage.CutOff($"it ends at byte {start + offset:N0}, {into.Length:N0} bytes too early");
            offset += read;
            into = into[read..];
        }
    }
}
