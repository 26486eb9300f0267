using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MLNetGen.Studio.Protection;

/// <summary>Lets in the studio's own page and programs that were told of it: no foreign page, no name that was bound to this address, and beyond loopback nobody without the token.</summary>
internal sealed class Gate(IPAddress address, string? token)
{
    public const string TokenKey = "token";

    public const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        + "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Post];

    public Task Pass(HttpContext http, RequestDelegate next)
    {
        AddHeaders(http.Response.Headers);
        HttpRequest request = http.Request;
        if (!Methods.Contains(request.Method))
        {
            http.Response.Headers.Allow = string.Join(", ", Methods);
            return Problems.Of(StatusCodes.Status405MethodNotAllowed, "method", $"'{request.Method}' is not understood: there are GET and POST.").ExecuteAsync(http);
        }
        if (!IsOwnHost(request.Host))
            return Problems.Of(StatusCodes.Status403Forbidden, "host", $"the studio does not answer to the name '{request.Host}': open it by the address that it printed.").ExecuteAsync(http);
        if (IsForeign(request))
            return Problems.Of(StatusCodes.Status403Forbidden, "origin", "another page asked, and only the studio's own may: open it by the address that it printed.").ExecuteAsync(http);
        return token is null ? next(http) : PassWithToken(http, next, token);
    }

    private static Task PassWithToken(HttpContext http, RequestDelegate next, string expected)
    {
        // Browsers keep cookies by host alone, for all its ports.
        string cookie = $"studio-{http.Connection.LocalPort}";
        if (http.Request.Path == "/" && IsToken(http.Request.Query[TokenKey], expected))
        {
            // Out of the address bar, and of what is bookmarked or passed on.
            http.Response.Cookies.Append(cookie, expected, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, IsEssential = true });
            http.Response.Redirect("/");
            return Task.CompletedTask;
        }
        string? bearer = http.Request.Headers.Authorization.ToString() is { } sent && sent.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? sent["Bearer ".Length..] : null;
        return IsToken(http.Request.Cookies[cookie], expected) || IsToken(bearer, expected) ? next(http)
            : Problems.Of(StatusCodes.Status401Unauthorized, "token", "a token is needed: open the studio by the whole address that it printed; programs send it as 'Authorization: Bearer TOKEN'.").ExecuteAsync(http);
    }

    // A name that a stranger controls may lead here (DNS rebinding); an address cannot.
    private bool IsOwnHost(HostString host) => host.HasValue && (host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Host.Trim('[', ']'), out IPAddress? named) && (!IPAddress.IsLoopback(address) || IPAddress.IsLoopback(named))));

    private static bool IsForeign(HttpRequest request)
    {
        StringValues origin = request.Headers.Origin;
        if (origin.Count > 0 && !(origin.Count == 1 && origin[0] == $"{request.Scheme}://{request.Host}"))
            return true;
        // What browsers say of requests without an Origin: pictures, links. A link to the page itself may stand anywhere.
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        bool isLink = HttpMethods.IsGet(request.Method) && request.Path == "/" && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document";
        return site is "cross-site" or "same-site" && !isLink;
    }

    private static bool IsToken(string? sent, string expected) => sent is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(expected));

    private static void AddHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
