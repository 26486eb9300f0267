using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;

namespace MLNetGen.Studio.Protection;

/// <summary>What Kestrel refuses before there is a request (a NUL in the address, a flood of headers) comes back bare: here it gets its sentence, as every other refusal has one.</summary>
internal sealed class SpokenRefusals(PipeWriter inner) : PipeWriter
{
    // A bare refusal is shorter, and is written at once.
    private const int Most = 512;

    private readonly ArrayBufferWriter<byte> held = new(Most);

    public static ConnectionDelegate Use(ConnectionDelegate next) => connection =>
    {
        connection.Transport = new Pipes(connection.Transport.Input, new SpokenRefusals(connection.Transport.Output));
        return next(connection);
    };

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes + held.WrittenCount;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (held.WrittenCount > Most)
            PassOn(held.WrittenSpan);
        return held.GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => held.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        PassOn(Spoken(held.WrittenSpan));
        return inner.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        PassOn(Spoken(held.WrittenSpan));
        inner.Complete(exception);
    }

    private void PassOn(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0)
            inner.Write(bytes);
        held.ResetWrittenCount();
    }

    // Whatever went through the gate has its policy.
    private static ReadOnlySpan<byte> Spoken(ReadOnlySpan<byte> answer)
    {
        if (answer.Length > Most || !answer.StartsWith("HTTP/1.1 4"u8) || !answer.EndsWith("\r\n\r\n"u8) || answer.IndexOf("\r\nContent-Length: 0\r\n"u8) < 0 || answer.IndexOf("Content-Security-Policy"u8) >= 0)
            return answer;
        string head = Encoding.ASCII.GetString(answer);
        int status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
        (string code, string sentence) = status switch
        {
            408 => ("slow", "the request did not come in time: send it again."),
            414 or 431 => ("too-large", "the address or the headers are too long, or there are too many: send fewer."),
            _ => ("request", "this is no HTTP that is understood: an address has no NUL in it, and headers have a name and a value."),
        };
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { status, detail = sentence, code });
        return Encoding.ASCII.GetBytes(head.Replace("\r\nContent-Length: 0\r\n",
            string.Create(CultureInfo.InvariantCulture, $"\r\nContent-Type: application/problem+json\r\nContent-Length: {body.Length}\r\nContent-Security-Policy: {Gate.Policy}\r\nX-Content-Type-Options: nosniff\r\n"),
            StringComparison.Ordinal)).Concat(body).ToArray();
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
