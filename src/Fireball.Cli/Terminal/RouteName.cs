using Fireball.V1;

namespace Fireball.Cli;

/// <summary>What a route is called to people, and in JSON.</summary>
internal static class RouteName
{
    /// <summary>"forward" or "bridge"; empty where there is none.</summary>
    public static string Of(Route route) => route switch
    {
        Route.Forward => "forward",
        Route.Bridge => "bridge",
        _ => "",
    };
}
