using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MLNetGen.Tests;

/// <summary>Requests that no HTTP client sends, byte by byte.</summary>
internal static class RawRequests
{
    /// <summary>Sends a text and then pieces for as long as nothing comes back; what came.</summary>
    /// <param name="address">The studio's.</param>
    /// <param name="begin">What is sent at once.</param>
    /// <param name="piece">What follows every 50 ms; null: nothing.</param>
    public static async Task<HttpResponseMessage> SendAsync(Uri address, string begin, byte[]? piece = null)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(begin));
        Task<string> answer = ReadAsync(stream);
        while (piece is not null && !answer.IsCompleted)
        {
            try
            {
                await stream.WriteAsync(piece);
            }
            catch (IOException)
            {
                break;
            }
            await Task.Delay(50);
        }
        return Parse(await answer);
    }

    // Up to the end of the body: a connection may stay open.
    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        while (!IsWhole(text.ToString()))
        {
            int count;
            try
            {
                count = await stream.ReadAsync(buffer);
            }
            catch (IOException)
            {
                // It was refused before all of it was read.
                break;
            }
            if (count == 0)
                break;
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        return text.ToString();
    }

    private static bool IsWhole(string answer)
    {
        int end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end > 0 && (answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal) || (Length(answer[..end]) is { } length && Encoding.UTF8.GetByteCount(answer.AsSpan(end + 4)) >= length));
    }

    private static int? Length(string head) => head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase)) is { } line ? int.Parse(line.AsSpan(16), CultureInfo.InvariantCulture) : null;

    private static HttpResponseMessage Parse(string answer)
    {
        string[] parts = answer.Split("\r\n\r\n", 2);
        string[] lines = parts[0].Split("\r\n");
        HttpResponseMessage response = new((HttpStatusCode)int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture));
        string body = Length(parts[0]) is null ? parts[1][(parts[1].IndexOf("\r\n", StringComparison.Ordinal) + 2)..^"\r\n0\r\n\r\n".Length] : parts[1];
        response.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        foreach (string[] header in lines.Skip(1).Select(line => line.Split(": ", 2)))
        {
            if (!response.Headers.TryAddWithoutValidation(header[0], header[1]))
            {
                response.Content.Headers.Remove(header[0]);
                response.Content.Headers.TryAddWithoutValidation(header[0], header[1]);
            }
        }
        return response;
    }
}
