using System.CommandLine;
using System.Net;
using MLNetGen.Studio;

namespace MLNetGen.Cli.Commands;

internal static class StudioCommand
{
    public static Command Create()
    {
        Option<string> models = new("--models") { Description = "Folder of runs and model files; it is watched", DefaultValueFactory = _ => "out" };
        Option<string[]> data = new("--data") { Description = "Folders of pictures that the page may look at and train on, as of train --data; no others are", AllowMultipleArgumentsPerToken = true };
        Option<string?> web = new("--onnxruntime-web") { Description = "The folder dist of npm's onnxruntime-web, for networks that the browser runs itself; unset: node_modules here" };
        Option<string> host = new("--host") { Description = "Address to listen at; 0.0.0.0: this machine's network too, and the page's address then has a token in it", DefaultValueFactory = _ => "127.0.0.1" };
        Option<int> port = new("--port") { Description = "Port; 0: any that is free", DefaultValueFactory = _ => 0 };
        Option<long> maxPixels = new("--max-pixels") { Description = "Uploaded pictures of more pixels than this are not decoded", DefaultValueFactory = _ => new StudioOptions().MaximumPixels };
        Option<int> threads = new("--threads") { Description = "Processor cores to use; 0: all" };
        Command command = new("studio", "A page in the browser, on this machine alone: paint, classify, enlarge and draw pictures with your models, train new ones, and watch runs") { models, data, web, host, port, maxPixels, threads };
        command.SetAction(async (parsed, cancel) =>
        {
            await using StudioServer server = await StudioServer.StartAsync(new()
            {
                ModelsFolder = parsed.GetValue(models)!,
                DataFolders = parsed.GetValue(data) ?? [],
                WebRuntimeFolder = parsed.GetValue(web),
                Training = new StudioTraining(),
                Address = AddressOf(parsed.GetValue(host)!),
                Port = parsed.GetValue(port),
                MaximumPixels = parsed.GetValue(maxPixels),
                Threads = parsed.GetValue(threads),
            }, cancel);
            JsonOutput.Add("address", server.Address);
            JsonOutput.End();
            Console.WriteLine($"the studio is at {server.Address}");
            Console.WriteLine("Ctrl-C ends it.");
            CommonOptions.OpenNow(parsed, server.Address.AbsoluteUri);
            await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        });
        return command;
    }

    private static IPAddress AddressOf(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(host, out IPAddress? address) ? address
        : throw new ArgumentException($"--host is '{host}'; it must be an address such as 127.0.0.1, or 0.0.0.0 for all of this machine's.");
}
