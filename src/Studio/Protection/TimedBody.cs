using Microsoft.AspNetCore.Http;

namespace MLNetGen.Studio.Protection;

/// <summary>A request's body, which must have come whole within a time from when it is first read: whoever sends holds a turn.</summary>
internal sealed class TimedBody(Stream inner, TimeSpan most) : Stream
{
    private CancellationTokenSource? end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static Task Use(HttpContext http, RequestDelegate next, TimeSpan most)
    {
        TimedBody body = new(http.Request.Body, most);
        http.Request.Body = body;
        http.Response.RegisterForDispose(body);
        return next(http);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        end ??= new(most);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        try
        {
            return await inner.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RefusedException(StatusCodes.Status408RequestTimeout, "slow", $"the upload took longer than {most.TotalSeconds:0} seconds: send fewer or smaller files.");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        end?.Dispose();
        base.Dispose(disposing);
    }
}
