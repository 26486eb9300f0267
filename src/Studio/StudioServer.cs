using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MLNetGen.Studio.Calls;
using MLNetGen.Studio.Models;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio;

/// <summary>A page over trained models and runs, and the calls that it makes, on one's own machine.</summary>
public sealed class StudioServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly OpenModels open;
    private readonly Trainings trainings;

    private StudioServer(WebApplication app, OpenModels open, Trainings trainings, Uri address) => (this.app, this.open, this.trainings, Address) = (app, open, trainings, address);

    /// <summary>The page; beyond loopback with the token that opens it.</summary>
    public Uri Address { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="options">Where, and over which folder; null: the defaults.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="IOException">The address is taken, or is none of this machine's.</exception>
    public static async Task<StudioServer> StartAsync(StudioOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        options.Check();
        string? token = IPAddress.IsLoopback(options.Address) ? null : RandomNumberGenerator.GetHexString(32, lowercase: true);
        // Empty: neither files nor environment variables of whoever starts it can have it listen elsewhere.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = options.MaximumUploadBytes;
            server.Limits.MaxConcurrentConnections = 1024;
            // A body that trickles in holds a turn, and so does one of any rate that goes on and on (TimedBody).
            server.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 16 << 10, gracePeriod: TimeSpan.FromSeconds(5));
            server.Listen(options.Address, options.Port, listen => listen.Use(SpokenRefusals.Use));
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddOpenApi(Description.Options);
        builder.Services.AddRateLimiter(limits => Turns.Set(limits, options));
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        });

        WebApplication app = builder.Build();
        OpenModels open = new(options.Threads);
        ModelFolder folder = new(options.ModelsFolder, options.StylesFolder);
        DataFolders data = new(options.DataFolders);
        PictureDataCache pictures = new(options);
        Trainings trainings = new(options.Training, folder, data);
        LargePictures large = new(options);
        Gate gate = new(options.Address, token);
        app.Use(gate.Pass);
        app.Use(Problems.Tell);
        app.Use((http, next) => TimedBody.Use(http, next, options.MaximumUploadTime));
        app.UseRouting();
        app.UseRateLimiter();
        PageFiles.Map(app);
        RouteGroupBuilder api = app.MapGroup("/api");
        api.MapOpenApi("/openapi.json");
        ModelCalls.Map(api, folder, open, trainings, app.Lifetime.ApplicationStopping);
        PictureCalls.Map(api, folder, open, large, options);
        SimilarCalls.Map(api, folder, data, pictures, open, options);
        LatentCalls.Map(api, folder, open, large, options);
        WeightCalls.Map(api, folder);
        NetworkCalls.Map(api, folder, open);
        WebRuntime.Map(app, api, options);
        RunCalls.Map(api, folder, trainings);
        DataCalls.Map(api, data, pictures);
        TrainingCalls.Map(api, folder, data, trainings, options);
        app.MapFallback("{*path}", (HttpContext http) => Problems.NotFound($"there is nothing at '{http.Request.Path}' to {http.Request.Method}"));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            await app.DisposeAsync();
            open.Dispose();
            throw new IOException($"cannot listen at {new IPEndPoint(options.Address, options.Port)}: {e.Message.TrimEnd('.')}. Name another --port, or 0 for any that is free.", e);
        }
        // What lies there is known by the time that somebody looks.
        _ = Task.Run(() => folder.Models, CancellationToken.None);
        Uri listening = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return new(app, open, trainings, token is null ? listening : new Uri($"{listening}?{Gate.TokenKey}={token}"));
    }

    /// <summary>Stops: what is being worked on is cancelled, and a training writes its model as Ctrl-C has it do.</summary>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
        open.Dispose();
        trainings.Dispose();
    }
}
