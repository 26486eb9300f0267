using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MLNetGen.Tests;

/// <summary>
/// One headless Chromium on one page, which a small server on 127.0.0.1 serves and which asks that server for work, for
/// as long as the tests run or until it is disposed of.
/// </summary>
internal sealed class BrowserPage : IDisposable
{
    public const string Program = "/usr/bin/chromium";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan IdleAnswer = TimeSpan.FromSeconds(10);

    // A test host may be killed at any moment; the pipe to its standard input closes all the same, and takes the browser along.
    private const string Watch = """
        exec 3<&0
        "$@" &
        browser=$!
        { cat <&3 >/dev/null; kill $browser; } &
        wait $browser
        sleep 1
        rm -rf "$0"
        """;

    private readonly Lock gate = new();
    private readonly HttpListener server;
    private readonly Process browser;
    private readonly string profile = Directory.CreateTempSubdirectory("mlnetgen-browser-").FullName;
    private readonly (string Prefix, string Folder)[] folders;
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly BlockingCollection<string> work = [], answers = [];
    private volatile string model = "";

    /// <param name="page">The page's path on the server.</param>
    /// <param name="folders">Where files lie, by the beginning of their path on the server; the first that fits counts.</param>
    public BrowserPage(string page, params (string Prefix, string Folder)[] folders)
    {
        this.folders = folders;
        (server, string address) = Listen();
        _ = Serve();
        browser = Process.Start(new ProcessStartInfo("/bin/sh",
        [
            "-c", Watch, profile, Program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
            "--disable-background-networking", "--no-first-run", "--enable-logging=stderr", $"--user-data-dir={profile}", address + page,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        browser.ErrorDataReceived += (_, e) => complaints.Enqueue(e.Data ?? "");
        browser.OutputDataReceived += (_, _) => { };
        browser.BeginErrorReadLine();
        browser.BeginOutputReadLine();
    }

    /// <summary>The page's answer to one piece of work, both JSON; it may fetch the model meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The browser ended or did not answer; the message has what it said.</exception>
    public string Ask(string model, string work)
    {
        lock (gate)
        {
            this.model = model;
            this.work.Add(work);
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < Patience && !browser.HasExited)
            {
                if (answers.TryTake(out string? answer, TimeSpan.FromSeconds(1))) return answer;
            }

            throw new InvalidOperationException(
                $"{Program} {(browser.HasExited ? "ended" : $"did not answer in {Patience.TotalSeconds} s")}; it said:{Environment.NewLine}" +
                string.Join(Environment.NewLine, complaints));
        }
    }

    public void Dispose()
    {
        browser.StandardInput.Close();
        browser.WaitForExit();
        browser.Dispose();
        server.Close();
    }

    private async Task Serve()
    {
        try
        {
            while (server.IsListening)
            {
                HttpListenerContext call = await server.GetContextAsync();
                _ = Task.Run(() => Answer(call));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Disposed of while it waited.
        }
    }

    private void Answer(HttpListenerContext call)
    {
        try
        {
            switch (call.Request.Url!.AbsolutePath)
            {
                case "/work":
                    if (work.TryTake(out string? next, IdleAnswer)) Send(call, "application/json", Encoding.UTF8.GetBytes(next));
                    else call.Response.StatusCode = (int)HttpStatusCode.NoContent;
                    break;
                case "/model":
                    Send(call, "application/octet-stream", File.ReadAllBytes(model));
                    break;
                case "/answer":
                    using (var reader = new StreamReader(call.Request.InputStream)) answers.Add(reader.ReadToEnd());
                    break;
                case var path:
                    SendFile(call, path);
                    break;
            }

            call.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            complaints.Enqueue($"{call.Request.Url}: {e.Message}");
        }
    }

    private void SendFile(HttpListenerContext call, string path)
    {
        string file = Path.Combine(
            Array.Find(folders, folder => path.StartsWith(folder.Prefix, StringComparison.Ordinal)).Folder ?? "", Path.GetFileName(path));
        if (!File.Exists(file))
        {
            call.Response.StatusCode = (int)HttpStatusCode.NotFound;
            return;
        }

        // Chromium refuses modules and streaming compilation of files that are called anything else.
        string type = Path.GetExtension(file) switch
        {
            ".html" => "text/html",
            ".mjs" => "text/javascript",
            ".wasm" => "application/wasm",
            _ => "application/octet-stream",
        };
        Send(call, type, File.ReadAllBytes(file));
    }

    private static void Send(HttpListenerContext call, string type, byte[] bytes)
    {
        call.Response.ContentType = type;
        call.Response.ContentLength64 = bytes.Length;
        call.Response.OutputStream.Write(bytes);
    }

    private static (HttpListener Server, string Address) Listen()
    {
        const int Tries = 10;
        for (int attempt = 1; ; attempt++)
        {
            string address = $"http://127.0.0.1:{FreePort()}/";
            var server = new HttpListener();
            server.Prefixes.Add(address);
            try
            {
                server.Start();
                return (server, address);
            }
            catch (HttpListenerException) when (attempt < Tries)
            {
                // Someone else took the port in between.
            }
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
