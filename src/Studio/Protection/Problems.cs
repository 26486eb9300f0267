using Microsoft.AspNetCore.Http;
using MLNetGen.Cli;

namespace MLNetGen.Studio.Protection;

/// <summary>Refusals and errors as RFC 7807 has them: a status, a word for programs, a sentence.</summary>
internal static class Problems
{
    /// <param name="status">HTTP's.</param>
    /// <param name="code">For programs, and for the page, which has sentences of its own for some.</param>
    /// <param name="sentence">What is amiss, and what to do.</param>
    public static IResult Of(int status, string code, string sentence) =>
        Results.Problem(sentence, statusCode: status, extensions: [new KeyValuePair<string, object?>("code", code)]);

    public static IResult NotFound(string sentence) => Of(StatusCodes.Status404NotFound, "absent", $"{sentence}.");

    /// <summary>What goes wrong further down, told; nothing of a fault's insides goes out.</summary>
    public static async Task Tell(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            await Of(e).ExecuteAsync(http);
        }
    }

    private static IResult Of(Exception e)
    {
        switch (e)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Of(StatusCodes.Status413PayloadTooLarge, "too-large", "the upload is too large: send fewer or smaller files.");
            case BadHttpRequestException bad:
                return Of(bad.StatusCode, "request", $"the request is not understood: {bad.Message.TrimEnd('.')}.");
            case RefusedException refused:
                return Of(refused.Status, refused.Code, refused.Message);
            case InvalidDataException or ArgumentException or NotSupportedException or FormatException:
                // The library names its options, which nobody set here.
                return Of(StatusCodes.Status400BadRequest, "unusable", Failure.MessageOf(e).Replace($" ({nameof(ImageFolderOptions.MaximumPixels)})", "", StringComparison.Ordinal));
            case IOException or UnauthorizedAccessException or InvalidOperationException when Failure.IsExpected(e):
                return Of(StatusCodes.Status409Conflict, "model", Failure.MessageOf(e));
            default:
                Console.Error.WriteLine(e);
                return Of(StatusCodes.Status500InternalServerError, "fault", "this is a fault of the studio's: what it printed where it was started says more.");
        }
    }
}

/// <summary>A request that is refused for a reason of its own.</summary>
internal sealed class RefusedException(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;
}
