using Engine.Api.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Engine.Api.Hosting;

/// <summary>Puts the middleware before everything else, so that a host cannot forget it or put it too late.</summary>
internal sealed class MalformedCallStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<MalformedCallMiddleware>();
        next(app);
    };
}
