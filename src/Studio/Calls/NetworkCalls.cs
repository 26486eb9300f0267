using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using MLNetGen.Studio.Models;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Calls;

/// <summary>Networks as they are: the file itself, for a browser to run, and the same run here.</summary>
internal static class NetworkCalls
{
    private const int MostBytes = 48 << 20;

    public static void Map(RouteGroupBuilder api, ModelFolder folder, OpenModels open)
    {
        api.MapGet("/models/{id}/file", (string id, CancellationToken cancel, int network = 0) => Task.Run(() => Results.Bytes(NetworkFile.Read(folder.Model(id), network), "application/octet-stream", "network.onnx"), cancel))
            .IsWork().Produces(200, contentType: "application/octet-stream").WithSummary("An ONNX network of a model, by its number among them");

        api.MapPost("/models/{id}/run", (string id, WireTensors asked, CancellationToken cancel, int network = 0) => Task.Run(() =>
        {
            using Lease<NetworkModel> lease = open.Network(folder.Model(id), network);
            long start = Stopwatch.GetTimestamp();
            IReadOnlyList<WireTensor> outputs = lease.Model.Run(asked.Tensors ?? [], cancel);
            return new RunResult(Stopwatch.GetElapsedTime(start).TotalSeconds, outputs);
        }, cancel)).IsWork().WithMetadata(new RequestSizeLimitAttribute(MostBytes)).WithSummary("An ONNX network's outputs for tensors; data are the numbers' bytes in base64");
    }
}

internal sealed record WireTensors(IReadOnlyList<WireTensor>? Tensors);

internal sealed record RunResult(double Seconds, IReadOnlyList<WireTensor> Outputs);
