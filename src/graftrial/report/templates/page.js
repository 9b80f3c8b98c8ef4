"use strict";
// Draws each figure when it comes near the window; until then, in print and without scripts the still picture stands.
(function () {
  const config = JSON.parse(document.getElementById("figure-config").textContent);
  const figures = Array.from(document.querySelectorAll("figure.picture"));

  function fitted(specification, width) {
    const narrow = width < 560;
    const stacked = specification.usermeta && specification.usermeta.labels;
    if (stacked) {
      const labels = narrow ? Math.round(width * 0.36) : stacked;
      const inner = Math.max(120, Math.floor(width - labels - specification.usermeta.room));
      return Object.assign({}, specification, {
        params: [{ name: "labels", value: labels }],
        vconcat: specification.vconcat.map(function (each) {
          return Object.assign({}, each, { width: inner });
        }),
      });
    }
    if (narrow && specification.params) {
      const params = specification.params.map(function (each) {
        return each.name === "labels" ? { name: "labels", value: Math.round(width * 0.36) } : each;
      });
      return Object.assign({}, specification, { params: params });
    }
    const panel = specification.usermeta && specification.usermeta.panel_width;
    if (!panel) return specification;
    const room = Math.max(260, width);
    const columns = Math.max(1, Math.floor(room / (panel + 40)));
    const inner = Math.floor((room - 56 - 22 * (columns - 1)) / columns);
    return Object.assign({}, specification, {
      columns: columns,
      spec: Object.assign({}, specification.spec, { width: inner }),
    });
  }

  function draw(figure) {
    if (figure.dataset.drawn) return;
    figure.dataset.drawn = "yes";
    const drawing = figure.querySelector(".drawing");
    const still = figure.querySelector(".still");
    const specification = JSON.parse(figure.querySelector("script.specification").textContent);
    const live = document.createElement("div");
    live.className = "live arriving";
    drawing.appendChild(live);
    vegaEmbed(live, fitted(specification, drawing.clientWidth), {
      mode: "vega-lite",
      renderer: "svg",
      logLevel: vega.Error,
      ast: true,
      config: config,
      actions: { export: { svg: true, png: true }, source: false, compiled: false, editor: false },
      scaleFactor: { svg: 1, png: 2 },
      downloadFileName: drawing.dataset.figure,
      i18n: { SVG_ACTION: "Save as SVG", PNG_ACTION: "Save as PNG", CLICK_TO_VIEW_ACTIONS: "Save this figure" },
    })
      .then(function () {
        live.classList.remove("arriving");
        still.remove();
      })
      .catch(function (error) {
        live.remove();
        console.error(error);
      });
  }

  if ("IntersectionObserver" in window) {
    const observer = new IntersectionObserver(
      function (entries) {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          observer.unobserve(entry.target);
          draw(entry.target);
        }
      },
      { rootMargin: "400px 0px" },
    );
    figures.forEach(function (figure) {
      observer.observe(figure);
    });
  } else {
    figures.forEach(draw);
  }

  // A figure without a still picture would be missing from a print.
  function drawOnePending() {
    const next = figures.find(function (figure) {
      return !figure.dataset.drawn && !figure.querySelector(".still svg");
    });
    if (!next) return;
    draw(next);
    setTimeout(drawOnePending, 60);
  }
  setTimeout(drawOnePending, 400);

  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (each) {
      if (!each.open) {
        each.open = true;
        each.dataset.opened = "print";
      }
    });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-opened]").forEach(function (each) {
      each.open = false;
      delete each.dataset.opened;
    });
  });

  const menu = document.querySelector("details.menu");
  const isNarrow = window.matchMedia("(max-width: 70rem)");
  function fold() {
    menu.open = !isNarrow.matches;
  }
  fold();
  isNarrow.addEventListener("change", fold);
  menu.addEventListener("click", function (event) {
    if (event.target.tagName === "A" && isNarrow.matches) menu.open = false;
  });

  const links = new Map();
  menu.querySelectorAll("a").forEach(function (link) {
    links.set(link.getAttribute("href").slice(1), link);
  });
  if ("IntersectionObserver" in window) {
    const reading = new IntersectionObserver(
      function (entries) {
        for (const entry of entries) {
          const link = links.get(entry.target.id);
          if (!link || !entry.isIntersecting) continue;
          links.forEach(function (each) {
            each.removeAttribute("aria-current");
          });
          link.setAttribute("aria-current", "true");
        }
      },
      { rootMargin: "-10% 0px -80% 0px" },
    );
    document.querySelectorAll("main section").forEach(function (section) {
      reading.observe(section);
    });
  }
})();
