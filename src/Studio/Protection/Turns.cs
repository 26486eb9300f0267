using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace MLNetGen.Studio.Protection;

/// <summary>Marks a call that a network works on.</summary>
internal sealed class Work
{
    public static readonly Work Mark = new();
}

/// <summary>Marks a call that stays open.</summary>
internal sealed class Live
{
    public static readonly Live Mark = new();
}

/// <summary>How many requests are taken, and who is next. A client holds few places in the common queue, so that queues of others do not wait for all of its own.</summary>
internal static class Turns
{
    private const int StreamsOfAll = 64, StreamsOfOne = 24;

    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(0.1);

    public static void Set(RateLimiterOptions limits, StudioOptions options)
    {
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";
            await Problems.Of(StatusCodes.Status429TooManyRequests, "busy", "too many requests at once: ask again in a second.").ExecuteAsync(rejected.HttpContext);
        };
        limits.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetTokenBucketLimiter(Client(http), _ => new()
            {
                TokenLimit = options.RequestsAtOnce,
                TokensPerPeriod = Math.Max(1, options.RequestsAtOnce / 30),
                ReplenishmentPeriod = Refill,
                QueueLimit = 0,
            })),
            PartitionedRateLimiter.Create<HttpContext, string>(http => Is<Live>(http)
                ? RateLimitPartition.GetConcurrencyLimiter(Client(http), _ => new() { PermitLimit = StreamsOfOne, QueueLimit = 0 })
                : RateLimitPartition.GetNoLimiter("")),
            PartitionedRateLimiter.Create<HttpContext, string>(http => Is<Live>(http)
                ? RateLimitPartition.GetConcurrencyLimiter("streams", _ => new() { PermitLimit = StreamsOfAll, QueueLimit = 0 })
                : RateLimitPartition.GetNoLimiter("")),
            PartitionedRateLimiter.Create<HttpContext, string>(http => Is<Work>(http)
                ? RateLimitPartition.GetConcurrencyLimiter(Client(http), _ => new() { PermitLimit = options.WorkAtOnce, QueueLimit = options.WaitingWork, QueueProcessingOrder = QueueProcessingOrder.OldestFirst })
                : RateLimitPartition.GetNoLimiter("")),
            PartitionedRateLimiter.Create<HttpContext, string>(http => Is<Work>(http)
                ? RateLimitPartition.GetConcurrencyLimiter("all", _ => new() { PermitLimit = options.WorkAtOnce, QueueLimit = int.MaxValue, QueueProcessingOrder = QueueProcessingOrder.OldestFirst })
                : RateLimitPartition.GetNoLimiter("")));
    }

    public static TBuilder IsWork<TBuilder>(this TBuilder call)
        where TBuilder : IEndpointConventionBuilder => call.WithMetadata(Work.Mark);

    private static bool Is<T>(HttpContext http)
        where T : class => http.GetEndpoint()?.Metadata.GetMetadata<T>() is not null;

    private static string Client(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";
}
